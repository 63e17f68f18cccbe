// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';
import type { ObjectReader } from '../kubernetes/object-store.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import type { Settings } from '../settings.ts';
import { isReadOnly } from './read-only.ts';

/** Which objects of a kind have which resources. */
export interface ArnHolders {
  /** Takes a resource for an object: false where another object has it, or was given it and has not written it down yet. */
  take(arn: string, object: CustomResource): boolean;
  /** Tells that an object's status has an ARN, so that what was looked through a moment ago need not be looked through again. */
  note(arn: string, object: CustomResource): void;
}

/** Options of {@link createArnHolders}. */
export interface ArnHoldersOptions {
  readonly store: ObjectReader<CustomResource>;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'featureGates'>;
}

// Looking through all objects takes half a second with 20,000 finished jobs, and a restored backup asks for each of its objects.
const KNOWN_FOR_MS = 10_000;

/** Makes the {@link ArnHolders} of a kind; it remembers nothing while nobody asks. */
export function createArnHolders({ store, clock, settings }: ArnHoldersOptions): ArnHolders {
  let holders = new Map<string, string>();
  let readAt = Number.NEGATIVE_INFINITY;
  /** What was given away and may not be in a status yet. */
  const given = new Map<string, CustomResource>();

  const isFresh = (): boolean => clock.monotonic() - readAt < KNOWN_FOR_MS;

  const read = (): void => {
    holders = new Map();
    readAt = clock.monotonic();
    for (const object of store.list()) {
      const arn = object.status?.ackResourceMetadata?.arn;
      // What only observes has nothing.
      if (arn !== undefined && !isReadOnly(object, settings)) holders.set(arn, object.metadata.uid);
    }
    for (const [arn, { metadata }] of given) {
      const { namespace = '', name } = metadata;
      const now = store.get({ namespace, name });
      if (now?.metadata.uid !== metadata.uid || now.status?.ackResourceMetadata?.arn !== undefined) given.delete(arn);
    }
  };

  return {
    take(arn, object) {
      if (!isFresh()) read();
      const { uid } = object.metadata;
      const holder = holders.get(arn) ?? given.get(arn)?.metadata.uid;
      if (holder !== undefined && holder !== uid) return false;
      given.set(arn, object);
      return true;
    },
    note(arn, object) {
      if (isReadOnly(object, settings)) return;
      const { uid } = object.metadata;
      if (given.get(arn)?.metadata.uid === uid) given.delete(arn);
      if (isFresh()) holders.set(arn, uid);
      else if (holders.size > 0) holders = new Map();
    },
  };
}
