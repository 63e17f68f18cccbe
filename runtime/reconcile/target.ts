// SPDX-License-Identifier: Apache-2.0
import type { AwsTarget } from '../aws/aws-session.ts';
import type { ObjectReader } from '../kubernetes/object-store.ts';
import type { CustomResource, KubernetesObject } from '../kubernetes/types.ts';
import type { Settings } from '../settings.ts';
import {
  annotation,
  DEFAULT_REGION,
  DELETION_POLICY,
  ENDPOINT_URL,
  OWNER_ACCOUNT_ID,
  REGION,
  TEAM_ID,
} from './annotations.ts';
import type { Explanation, Problem } from './conditions.ts';

/** Whose AWS an object means, or why that cannot be said. */
export type Resolution =
  | { readonly kind: 'resolved'; readonly target: AwsTarget; readonly advisories: readonly Explanation[] }
  | { readonly kind: 'blocked'; readonly problem: Problem };

/** The reasons of conditions that tell a blocked target. */
export const BLOCK_REASONS: ReadonlySet<string> = new Set([
  'AccountDrift',
  'RoleNotAvailable',
  'RegionDrift',
  'UnsafeEndpoint',
]);

/** The reason of conditions that tell what a namespace that cannot be read would have decided. */
export const NAMESPACE_NOT_READ = 'NamespaceNotRead';

/** What the target depends on besides the object. */
export interface TargetSources {
  readonly settings: Settings;
  readonly identity: { readonly accountId: string; readonly partition: string };
  /** Absent where namespaces are not watched: but for the deletion policy, their annotations then do not exist. */
  readonly namespaces?: ObjectReader<KubernetesObject> | undefined;
  /** True where this process may not watch namespaces: objects say so. */
  readonly namespacesDenied?: boolean;
}

/**
 * Resolves account, region and endpoint with ACK's precedence. Region: the one of the status once the resource exists, then the object's
 * annotation, its namespace's, the flag. Where a resource lives never changes: an object whose own annotation asks for another region,
 * or whose account is not the controller's, is blocked and says so; a changed default is only an advisory. A deletion follows the
 * resource to where it lives.
 */
export function resolveTarget(object: CustomResource, sources: TargetSources): Resolution {
  const namespace = namespaceOf(object, sources.namespaces);
  const home = homeOf(object);
  const { identity, settings } = sources;

  const team = namespace && settings.featureGates.get('TeamLevelCARM') ? annotation(namespace, TEAM_ID) : undefined;
  if (team !== undefined) {
    return blocked(
      'RoleNotAvailable',
      `IAM Role is not available: namespace ${object.metadata.namespace} asks for the role of team ${team} (annotation ${TEAM_ID}), and roles of teams are not supported yet; take the annotation off, or the feature gate TeamLevelCARM.`,
    );
  }
  const wantedAccount = namespace && annotation(namespace, OWNER_ACCOUNT_ID);
  const account = wantedAccount ?? identity.accountId;
  if (home?.account !== undefined && home.account !== account) {
    return blocked(
      'AccountDrift',
      `The resource lives in account ${home.account}, but the controller now works in account ${account}; run it with its former account, or keep the resource and give up the object with the annotation ${DELETION_POLICY}=retain.`,
    );
  }
  if (account !== identity.accountId) {
    return blocked(
      'RoleNotAvailable',
      `IAM Role is not available: namespace ${object.metadata.namespace} asks for account ${account} (annotation ${OWNER_ACCOUNT_ID}), and the controller has no role for any account but ${identity.accountId}.`,
    );
  }

  const own = annotation(object, REGION);
  const configured = own ?? (namespace && annotation(namespace, DEFAULT_REGION)) ?? settings.awsRegion;
  if (
    home?.region !== undefined &&
    own !== undefined &&
    own !== home.region &&
    object.metadata.deletionTimestamp === undefined
  ) {
    return blocked(
      'RegionDrift',
      `The resource lives in ${home.region} and cannot move to ${own}; set the annotation ${REGION} back, or delete the object and create it anew.`,
    );
  }

  const endpointUrl = (namespace && annotation(namespace, ENDPOINT_URL)) ?? settings.awsEndpointUrl;
  if (endpointUrl && !endpointUrl.startsWith('https://') && !settings.allowUnsafeAwsEndpointUrls) {
    return blocked(
      'UnsafeEndpoint',
      `The service endpoint ${endpointUrl} is not https; --allow-unsafe-aws-endpoint-urls permits it.`,
    );
  }
  return {
    kind: 'resolved',
    target: {
      accountId: account,
      region: home?.region ?? configured,
      partition: home?.partition ?? identity.partition,
      ...(endpointUrl ? { endpointUrl } : {}),
    },
    advisories: [
      ...(home?.region !== undefined && own === undefined && configured !== home.region
        ? [movedDefault(home.region, configured)]
        : []),
      ...(sources.namespacesDenied ? [namespaceNotRead(object.metadata.namespace)] : []),
    ],
  };
}

/**
 * Where the resource of an object lives, by its status, or by the ARN where the status leaves it empty, as ACK's CRDs permit; undefined
 * before there is an ARN.
 */
export function homeOf(
  object: CustomResource,
): { readonly account?: string; readonly region?: string; readonly partition?: string } | undefined {
  const known = object.status?.ackResourceMetadata;
  if (!known?.arn) return undefined;
  const [, partition, , region, account] = known.arn.split(':');
  const home = {
    account: known.ownerAccountID || account,
    region: known.region || region,
    partition: known.partition || partition,
  };
  return Object.fromEntries(Object.entries(home).filter(([, value]) => value));
}

/** The namespace of an object; undefined where namespaces are not watched. */
export function namespaceOf(
  object: KubernetesObject,
  namespaces: ObjectReader<KubernetesObject> | undefined,
): KubernetesObject | undefined {
  const name = object.metadata.namespace;
  return name === undefined ? undefined : namespaces?.get({ namespace: '', name });
}

function movedDefault(home: string, configured: string): Explanation {
  return {
    reason: 'RegionDefaultChanged',
    message: `The resource lives in ${home} and stays there; the default region is now ${configured}.`,
  };
}

function namespaceNotRead(name: string | undefined): Explanation {
  return {
    reason: NAMESPACE_NOT_READ,
    message: `The controller may not watch namespaces: what annotations of namespace ${name} say of region, account and endpoint has no effect. It needs list and watch of namespaces.`,
  };
}

function blocked(reason: string, message: string): Resolution {
  return { kind: 'blocked', problem: { type: 'terminal', reason, message } };
}
