// SPDX-License-Identifier: Apache-2.0
import { isApiError } from '../kubernetes/api-error.ts';
import { NAMESPACE } from '../kubernetes/resource-types.ts';
import type { CustomResource, KubernetesClient, KubernetesObject } from '../kubernetes/types.ts';
import { annotation, DELETION_POLICY, serviceDeletionPolicy } from './annotations.ts';
import type { Problem } from './conditions.ts';
import { NAMESPACE_NOT_READ, namespaceOf, type TargetSources } from './target.ts';

/** What a deletion does to AWS, or why nobody can tell. */
export type DeletionPolicy =
  | { readonly kind: 'delete' | 'retain' }
  | { readonly kind: 'unknown'; readonly problem: Problem };

/** What the policy depends on besides the object. */
export interface PolicySources extends TargetSources {
  readonly service: { readonly name: string };
  readonly client: Pick<KubernetesClient, 'get'>;
}

/**
 * The deletion policy of an object: its own annotation, then its namespace's for the service, then the flag. A namespace that is not
 * watched is asked for, since what it might say cannot be made good afterwards; one that may not be read leaves the policy unknown,
 * unless the flag retains everything. Throws `ApiError`.
 */
export async function deletionPolicyOf(
  object: CustomResource,
  sources: PolicySources,
  signal: AbortSignal,
): Promise<DeletionPolicy> {
  const own = annotation(object, DELETION_POLICY);
  if (own !== undefined) return { kind: policy(own) };
  const key = serviceDeletionPolicy(sources.service.name);
  const flag = sources.settings.deletionPolicy;
  let namespace: KubernetesObject | undefined;
  try {
    namespace = sources.namespacesDenied
      ? await readNamespace(object, sources, signal)
      : namespaceOf(object, sources.namespaces);
  } catch (error) {
    if (!isApiError(error, 403)) throw error;
    return flag === 'retain' ? { kind: flag } : { kind: 'unknown', problem: notRead(object, key, error) };
  }
  const told = namespace && annotation(namespace, key);
  return { kind: told === undefined ? flag : policy(told) };
}

/** As ACK reads it: what is not just `delete` keeps the resource, so that nothing is deleted by a mistake in writing. */
function policy(text: string): 'delete' | 'retain' {
  return text === 'delete' ? 'delete' : 'retain';
}

function readNamespace(
  object: CustomResource,
  { client }: PolicySources,
  signal: AbortSignal,
): Promise<KubernetesObject> {
  return client.get(NAMESPACE, { namespace: '', name: object.metadata.namespace ?? '' }, signal);
}

function notRead(object: CustomResource, key: string, error: Error): Problem {
  return {
    type: 'recoverable',
    reason: NAMESPACE_NOT_READ,
    message: `Whether namespace ${object.metadata.namespace} keeps its resources in AWS (annotation ${key}) may not be read: ${error.message}. Grant get of namespaces, or say it on the object with the annotation ${DELETION_POLICY}=delete.`,
  };
}
