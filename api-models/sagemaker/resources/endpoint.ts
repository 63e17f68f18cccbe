// SPDX-License-Identifier: Apache-2.0
import type { Difference, HookContext, Observed, ResourceHooks, UpdatePlan } from '../../../runtime/hooks.ts';

/** The part of the Endpoint's spec that its hooks look at. */
interface EndpointSpec {
  readonly endpointConfigName?: string;
  readonly deploymentConfig?: unknown;
}

/** The part of the Endpoint's status that its hooks look at. */
interface EndpointStatus {
  readonly endpointStatus?: string;
  readonly failureReason?: string;
}

/** Remembers, on the object, the endpoint config of the last update that AWS accepted; ACK's annotation. */
export const LAST_CONFIG_ANNOTATION = 'sagemaker.services.k8s.aws/last-endpoint-config-for-update';

// AWS's own trouble, which may be over by the next try.
const SERVICE_TROUBLE = 'Request to service failed';

/** What the mapping cannot say of an Endpoint: how it is updated without rolling back for ever, and where its deployment config shows. */
export const hooks: ResourceHooks<EndpointSpec, EndpointStatus> = { afterRead, compare, planUpdate };

/** The deployment config of the last update or create is shown under another name, `LastDeploymentConfig`. */
function afterRead(
  output: Record<string, unknown>,
  observed: Observed<EndpointSpec, EndpointStatus>,
): Observed<EndpointSpec, EndpointStatus> {
  const last = output['LastDeploymentConfig'];
  if (observed.spec.deploymentConfig !== undefined || last === undefined || last === null) return observed;
  return { ...observed, spec: { ...observed.spec, deploymentConfig: withJsonNames(last) } };
}

/**
 * A deployment config says how the next update is rolled out. That AWS shows none, as for an endpoint that was never updated, is no
 * reason to roll anything out.
 */
function compare(differences: readonly Difference[]): readonly Difference[] {
  const isUnused = ({ path, kind }: Difference): boolean =>
    path[0] === 'deploymentConfig' && path.length === 1 && kind === 'added';
  return differences.every(isUnused) ? [] : differences;
}

/**
 * An endpoint that failed takes no update, and a config that was rolled back is not tried again: each try is a new fleet of instances.
 * Another config name, or trouble within AWS, opens the way. Instance counts and weights of variants that stay are kept.
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
    // Word for word what ACK says: people and their tests look for it.
    return {
      kind: 'refuse',
      message: `EndpointUpdateError: unable to update endpoint. check FailureReason. latest EndpointConfigName is ${latest}`,
    };
  }
  return {
    kind: 'update',
    input: { ...input, RetainAllVariantProperties: true },
    ...(wanted === undefined ? {} : { annotations: { [LAST_CONFIG_ANNOTATION]: wanted } }),
  };
}

function isConfigName({ path }: Difference): boolean {
  return path[0] === 'endpointConfigName';
}

/** SDK names as the CRD has them; a deployment config holds no acronyms, only `Type`, which ACK calls `type_`. */
function withJsonNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withJsonNames);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, child]) =>
      child === undefined
        ? []
        : [[name === 'Type' ? 'type_' : name.charAt(0).toLowerCase() + name.slice(1), withJsonNames(child)]],
    ),
  );
}
