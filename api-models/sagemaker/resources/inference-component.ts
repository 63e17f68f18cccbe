// SPDX-License-Identifier: Apache-2.0
import type {
  InferenceComponentSpec,
  InferenceComponentStatus,
} from '../../../generated/sagemaker/resources/inference-component.ts';
import type { HookContext, ResourceHooks, UpdatePlan } from '../../../runtime/hooks.ts';

/** Remembers, on the object, the spec of the last update that AWS accepted; ACK's annotation. */
export const LAST_SPEC_ANNOTATION = 'sagemaker.services.k8s.aws/last-spec-for-update';

/** What the mapping cannot say of an InferenceComponent: an update that AWS rolled back is not tried again. */
export const hooks: ResourceHooks<InferenceComponentSpec, InferenceComponentStatus> = { planUpdate };

/**
 * A component that failed takes no update, and a spec that AWS could not bring up is not sent again: each try loads the model anew.
 * Another spec opens the way.
 */
function planUpdate(
  input: Record<string, unknown>,
  { object, observed }: HookContext<InferenceComponentSpec, InferenceComponentStatus>,
): UpdatePlan {
  const { inferenceComponentStatus, failureReason } = observed?.status ?? {};
  const { tags: _, ...spec } = object.spec ?? {};
  const tried = object.metadata.annotations?.[LAST_SPEC_ANNOTATION];
  const rolledBack = failureReason !== undefined && failureReason !== '' && isSameSpec(tried, spec);
  if (inferenceComponentStatus === 'Failed' || rolledBack) {
    // Word for word what ACK says, its SDK's prefix too: people and their tests look for it.
    return {
      kind: 'refuse',
      message: 'api error InferenceComponentUpdateError: Unable to update inference component. Check FailureReason.',
    };
  }
  return { kind: 'update', input, annotations: { [LAST_SPEC_ANNOTATION]: JSON.stringify(spec) } };
}

/** Whether the annotation holds this spec, whatever the order of its keys: ACK writes them in another one. */
function isSameSpec(tried: string | undefined, spec: object): boolean {
  if (tried === undefined) return false;
  try {
    return canonical(JSON.parse(tried)) === canonical(spec);
  } catch {
    // Not ours and not ACK's: it says nothing.
    return false;
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
