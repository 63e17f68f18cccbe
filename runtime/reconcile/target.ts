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
  readonly namespaces?: Pick<ObjectReader<KubernetesObject>, 'get'> | undefined;
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
  const asked = whatIsAsked(object, sources);
  const home = homeOf(object);
  const problem =
    teamRole(asked, sources.settings) ??
    foreignAccount(asked, home, sources.identity.accountId) ??
    anotherRegion(object, asked, home) ??
    unsafeEndpoint(asked, sources.settings);
  if (problem) return { kind: 'blocked', problem };
  return {
    kind: 'resolved',
    target: {
      accountId: asked.account,
      region: home?.region ?? asked.region,
      partition: home?.partition ?? sources.identity.partition,
      ...(asked.endpointUrl ? { endpointUrl: asked.endpointUrl } : {}),
    },
    advisories: [
      ...(home?.region !== undefined && asked.ownRegion === undefined && asked.region !== home.region
        ? [movedDefault(home.region, asked.region)]
        : []),
      ...(sources.namespacesDenied ? [namespaceNotRead(object.metadata.namespace)] : []),
    ],
  };
}

/** What annotations and flags ask for, before what there is has a say. */
interface Asked {
  readonly namespace: string | undefined;
  readonly team: string | undefined;
  readonly account: string;
  /** By the object's own annotation. */
  readonly ownRegion: string | undefined;
  readonly region: string;
  readonly endpointUrl: string | undefined;
}

function whatIsAsked(object: CustomResource, { namespaces, settings, identity }: TargetSources): Asked {
  const namespace = namespaceOf(object, namespaces);
  const ofNamespace = (name: string): string | undefined => namespace && annotation(namespace, name);
  const ownRegion = annotation(object, REGION);
  return {
    namespace: object.metadata.namespace,
    team: ofNamespace(TEAM_ID),
    account: ofNamespace(OWNER_ACCOUNT_ID) ?? identity.accountId,
    ownRegion,
    region: ownRegion ?? ofNamespace(DEFAULT_REGION) ?? settings.awsRegion,
    endpointUrl: ofNamespace(ENDPOINT_URL) ?? settings.awsEndpointUrl,
  };
}

function teamRole({ team, namespace }: Asked, { featureGates }: Settings): Problem | undefined {
  if (team === undefined || !featureGates.get('TeamLevelCARM')) return undefined;
  return block(
    'RoleNotAvailable',
    `IAM Role is not available: namespace ${namespace} asks for the role of team ${team} (annotation ${TEAM_ID}), and roles of teams are not supported yet; take the annotation off, or the feature gate TeamLevelCARM.`,
  );
}

function foreignAccount({ account, namespace }: Asked, home: Home | undefined, own: string): Problem | undefined {
  if (home?.account !== undefined && home.account !== account) {
    return block(
      'AccountDrift',
      `The resource lives in account ${home.account}, but the controller now works in account ${account}; run it with its former account, or keep the resource and give up the object with the annotation ${DELETION_POLICY}=retain.`,
    );
  }
  if (account === own) return undefined;
  return block(
    'RoleNotAvailable',
    `IAM Role is not available: namespace ${namespace} asks for account ${account} (annotation ${OWNER_ACCOUNT_ID}), and the controller has no role for any account but ${own}.`,
  );
}

function anotherRegion(object: CustomResource, { ownRegion }: Asked, home: Home | undefined): Problem | undefined {
  if (ownRegion === undefined || home?.region === undefined || ownRegion === home.region) return undefined;
  if (object.metadata.deletionTimestamp !== undefined) return undefined;
  return block(
    'RegionDrift',
    `The resource lives in ${home.region} and cannot move to ${ownRegion}; set the annotation ${REGION} back, or delete the object and create it anew.`,
  );
}

function unsafeEndpoint({ endpointUrl }: Asked, { allowUnsafeAwsEndpointUrls }: Settings): Problem | undefined {
  if (!endpointUrl || endpointUrl.startsWith('https://') || allowUnsafeAwsEndpointUrls) return undefined;
  return block(
    'UnsafeEndpoint',
    `The service endpoint ${endpointUrl} is not https; --allow-unsafe-aws-endpoint-urls permits it.`,
  );
}

/** Where a resource lives. */
export interface Home {
  readonly account?: string;
  readonly region?: string;
  readonly partition?: string;
}

/**
 * Where the resource of an object lives, by its status, or by the ARN where the status leaves it empty, as ACK's CRDs permit; undefined
 * before there is an ARN.
 */
export function homeOf(object: CustomResource): Home | undefined {
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
  namespaces: Pick<ObjectReader<KubernetesObject>, 'get'> | undefined,
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

function block(reason: string, message: string): Problem {
  return { type: 'terminal', reason, message };
}
