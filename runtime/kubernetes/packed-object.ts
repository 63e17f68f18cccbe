// SPDX-License-Identifier: Apache-2.0
import { deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { deepFreeze } from './deep-freeze.ts';
import type { KubernetesObject } from './types.ts';

/** An object in compact form; what is asked of objects that are at rest needs no unpacking. */
export interface PackedObject {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string; readonly namespace: string };
  /** One character a byte, which V8 keeps more cheaply than a buffer. */
  readonly bytes: string;
}

/** Packs the objects of one kind, which resemble each other: the first one is the dictionary of all. */
export interface ObjectPacker<T extends KubernetesObject> {
  pack(object: T): PackedObject;
  /** Frozen, as it was. */
  unpack(packed: PackedObject): T;
}

// A finished TrainingJob of 3 KB, 4.3 KB as parsed, takes about 250 bytes.
// Its result is taken from a small buffer of the pool: zlib's usual 16 KiB a call would be as much garbage outside of the heap.
const OPTIONS: ZlibOptions = { level: 3, windowBits: 13, memLevel: 5, chunkSize: 2 ** 10 };

/** Makes an {@link ObjectPacker}. */
export function createObjectPacker<T extends KubernetesObject>(): ObjectPacker<T> {
  let options: ZlibOptions | undefined;
  return {
    pack(object) {
      const json = Buffer.from(JSON.stringify(object));
      options ??= { ...OPTIONS, dictionary: json.subarray(0, 2 ** 13) };
      const { uid, resourceVersion, namespace = '' } = object.metadata;
      const bytes = deflateRawSync(json, options).toString('latin1');
      return { metadata: { uid, resourceVersion, namespace }, bytes };
    },
    unpack: ({ bytes }) =>
      deepFreeze(JSON.parse(inflateRawSync(Buffer.from(bytes, 'latin1'), options).toString('utf8')) as T),
  };
}
