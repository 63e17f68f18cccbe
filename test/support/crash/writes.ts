// SPDX-License-Identifier: Apache-2.0
import type { ProxiedRequest } from '../meddling-proxy.ts';

/** The part of an object's life in which a write happens: `create`, `edit`, `delete`. */
export type Phase = string;

/** One write of the controller for one object. */
export interface Write {
  readonly object: string;
  readonly system: 'kubernetes' | 'aws';
  /** `PATCH trainingjobs/status`, `CreateTrainingJob`. */
  readonly label: string;
  readonly body: string;
}

/** A write by its place in an object's life: `delete: PATCH trainingjobs #1`. */
export type Step = string;

const PREFIX = '/apis/sagemaker.services.k8s.aws/v1alpha1/namespaces/';
const UID_LENGTH = 36;

/** The write of a custom resource in a request to the API server. Events and Leases are no steps of an object. */
export function kubernetesWrite({ method, path, body }: ProxiedRequest): Write | undefined {
  if (method === 'GET' || !path.startsWith(PREFIX)) return undefined;
  const [, plural, name, subresource] = path.slice(PREFIX.length).split('?', 1)[0]?.split('/') ?? [];
  if (plural === undefined || name === undefined) return undefined;
  const label = `${method} ${plural}${subresource === undefined ? '' : `/${subresource}`}`;
  return { object: name, system: 'kubernetes', label, body };
}

/** Finds the object that a request to AWS is about: by its name, by its uid in a token, or by the ARN that AWS gave it. */
export interface AwsNames {
  /** Undefined for reads, for STS, and for what is about nobody known. */
  writeOf(request: ProxiedRequest): Write | undefined;
  ownerOf(value: string): string | undefined;
  /** Learns the uid in the API server's answer to a write of the object. */
  learnUid(object: string, answer: string): void;
  /** Learns the ARNs in AWS's answer to a write. */
  learnArns(object: string, answer: string): void;
}

/** Makes {@link AwsNames} of objects that are known by their names. */
export function createAwsNames(isObject: (name: string) => boolean): AwsNames {
  const aliases = new Map<string, string>();
  const ownerOf = (value: string): string | undefined => {
    const last = value.slice(value.lastIndexOf('/') + 1);
    for (const one of [value, last]) if (isObject(one)) return one;
    return aliases.get(value) ?? aliases.get(last) ?? aliases.get(value.slice(0, UID_LENGTH));
  };
  const learn = (alias: string, object: string): void => {
    if (!aliases.has(alias)) aliases.set(alias, object);
  };
  return {
    ownerOf,
    writeOf({ headers, body }) {
      const operation = String(headers['x-amz-target'] ?? '').split('.')[1];
      if (operation === undefined || /^(Describe|List|Search|Get)/.test(operation)) return undefined;
      const object = textsIn(body)
        .map(ownerOf)
        .find((owner) => owner !== undefined);
      return object === undefined ? undefined : { object, system: 'aws', label: operation, body };
    },
    learnUid(object, answer) {
      const uid = /"uid":"([0-9a-f-]{36})"/.exec(answer)?.[1];
      if (uid !== undefined) learn(uid, object);
    },
    learnArns(object, answer) {
      for (const text of textsIn(answer)) {
        if (!text.startsWith('arn:')) continue;
        learn(text, object);
        learn(text.slice(text.lastIndexOf('/') + 1), object);
      }
    },
  };
}

/** Every text of a document, the outer ones first. */
function textsIn(json: string): string[] {
  let level: unknown[];
  try {
    level = [JSON.parse(json)];
  } catch {
    return [];
  }
  const texts: string[] = [];
  while (level.length > 0) {
    texts.push(...level.filter((value) => typeof value === 'string'));
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return texts;
}
