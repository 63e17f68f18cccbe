// SPDX-License-Identifier: Apache-2.0
import type { ProxiedRequest } from '../meddling-proxy.ts';

/** The part of an object's life in which a write happens. */
export type Phase = 'create' | 'edit' | 'delete';

/** One write of the controller for one object. */
export interface Write {
  readonly object: string;
  readonly system: 'kubernetes' | 'aws';
  /** `PATCH trainingjobs/status`, `CreateTrainingJob`. */
  readonly label: string;
}

/** A write by its place in an object's life: `delete: PATCH trainingjobs #1`. */
export type Step = string;

const PREFIX = '/apis/sagemaker.services.k8s.aws/v1alpha1/namespaces/';

/** The write of a custom resource in a request to the API server. Events and Leases are no steps of an object. */
export function kubernetesWrite({ method, path }: ProxiedRequest): Write | undefined {
  if (method === 'GET' || !path.startsWith(PREFIX)) return undefined;
  const [, plural, name, subresource] = path.slice(PREFIX.length).split('?', 1)[0]?.split('/') ?? [];
  if (plural === undefined || name === undefined) return undefined;
  const label = `${method} ${plural}${subresource === undefined ? '' : `/${subresource}`}`;
  return { object: name, system: 'kubernetes', label };
}

/** Finds the object that a request to AWS is about, also by identifiers that AWS gave it. */
export interface AwsNames {
  /** Undefined for reads, for STS, and for what is about nobody known. */
  writeOf(request: ProxiedRequest): Write | undefined;
  /** Learns identifiers from the answer to a write. */
  learn(object: string, answer: string): void;
}

/** Makes {@link AwsNames} of objects that are known by their names. */
export function createAwsNames(isObject: (name: string) => boolean): AwsNames {
  const aliases = new Map<string, string>();
  const ownerOf = (value: string): string | undefined => {
    const last = value.slice(value.lastIndexOf('/') + 1);
    return aliases.get(value) ?? (isObject(value) ? value : isObject(last) ? last : undefined);
  };
  return {
    writeOf({ headers, body }) {
      const operation = String(headers['x-amz-target'] ?? '').split('.')[1];
      if (operation === undefined || /^(Describe|List|Search|Get)/.test(operation)) return undefined;
      const object = textsIn(body)
        .map(ownerOf)
        .find((owner) => owner !== undefined);
      return object === undefined ? undefined : { object, system: 'aws', label: operation };
    },
    learn(object, answer) {
      for (const text of textsIn(answer)) aliases.set(text, object);
    },
  };
}

function textsIn(json: string): string[] {
  try {
    return Object.values(JSON.parse(json) as object).filter((value) => typeof value === 'string');
  } catch {
    return [];
  }
}
