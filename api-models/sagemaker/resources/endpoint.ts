// SPDX-License-Identifier: Apache-2.0
import type { EndpointSpec, EndpointStatus } from '../../../generated/sagemaker/resources/endpoint.ts';
import type { Difference, HookContext, ResourceHooks, UpdatePlan } from '../../../runtime/hooks.ts';

/** Remembers, on the object, the endpoint config of the last update that AWS accepted; ACK's annotation. */
const LAST_CONFIG_ANNOTATION = 'sagemaker.services.k8s.aws/last-endpoint-config-for-update';

// AWS's own trouble, which may be over by the next try.
const SERVICE_TROUBLE = 'Request to service failed';

/** What the mapping cannot say of an Endpoint: how it is updated without rolling back for ever. */
export const hooks: ResourceHooks<EndpointSpec, EndpointStatus> = { planUpdate };

/**
 * An endpoint that failed takes no update, and a config that was rolled back is not tried again: each try is a new fleet of instances.
 * Another config name, or trouble within AWS, opens the way. Instance counts and weights of variants that stay are kept, unless the
 * spec says otherwise.
 */
function planUpdate(
  input: Record<string, unknown>,
  { object, observed, differences }: HookContext<EndpointSpec, EndpointStatus>,
): UpdatePlan {
  const { endpointStatus, failureReason } = observed?.status ?? {};
  const wanted = object.spec?.endpointConfigName;
  const tried = object.metadata.annotations?.[LAST_CONFIG_ANNOTATION];
  const rolledBack =
    failureReason !== undefined &&
    !failureReason.startsWith(SERVICE_TROUBLE) &&
    differences.some(isConfigName) &&
    wanted === tried;
  if (endpointStatus === 'Failed' || rolledBack) {
    const latest = observed?.spec.endpointConfigName ?? '';
    // Word for word what ACK says, its SDK's prefix too: people and their tests look for it.
    return {
      kind: 'refuse',
      message: `api error EndpointUpdateError: unable to update endpoint. check FailureReason. latest EndpointConfigName is ${latest}`,
    };
  }
  return {
    kind: 'update',
    input: { RetainAllVariantProperties: true, ...input },
    ...(wanted === undefined ? {} : { annotations: { [LAST_CONFIG_ANNOTATION]: wanted } }),
  };
}

function isConfigName({ path }: Difference): boolean {
  return path[0] === 'endpointConfigName';
}
