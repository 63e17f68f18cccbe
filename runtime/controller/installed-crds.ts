// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import { isApiError } from '../kubernetes/api-error.ts';
import { CUSTOM_RESOURCE_DEFINITION } from '../kubernetes/resource-types.ts';
import type { KubernetesClient, KubernetesObject } from '../kubernetes/types.ts';

/** What the cluster knows of a kind. */
export type InstalledCrd =
  | { readonly kind: 'missing' }
  /** `statusFields`: what its status schema has at the top; undefined when that could not be read. */
  | { readonly kind: 'installed'; readonly statusFields: ReadonlySet<string> | undefined };

/** The properties of every status that the runtime writes itself. */
const commonStatusFields = ['ackResourceMetadata', 'conditions', 'observedGeneration', 'lastApplied'];

const CRDS_AT_ONCE = 3;

/** The CRD's name, `trainingjobs.sagemaker.services.k8s.aws`. */
export function crdName(definition: Pick<ResourceDefinition, 'plural' | 'group'>): string {
  return `${definition.plural}.${definition.group}`;
}

/**
 * Looks up the CRDs of several kinds of one group. Where CRDs may not be read, as under ACK's RBAC, discovery tells whether the kinds
 * are served, and the published OpenAPI document, which is longer, what their status has; both are open to every service account.
 * `onForbidden` hears of it. Throws `ApiError`.
 */
export async function findInstalledCrds(
  client: KubernetesClient,
  definitions: readonly ResourceDefinition[],
  signal: AbortSignal,
  onForbidden: (error: Error) => void = () => undefined,
): Promise<ReadonlyMap<ResourceDefinition, InstalledCrd>> {
  try {
    const found = new Map<ResourceDefinition, InstalledCrd>();
    // Few at a time: a CRD is long, and all of them at once would stay in the process's memory for good.
    for (let at = 0; at < definitions.length; at += CRDS_AT_ONCE) {
      const some = definitions.slice(at, at + CRDS_AT_ONCE);
      const read = await Promise.all(some.map((definition) => readCrd(client, definition, signal)));
      some.forEach((definition, index) => {
        found.set(definition, read[index] ?? { kind: 'missing' });
      });
    }
    return found;
  } catch (error) {
    if (!isApiError(error, 403)) {
      throw error;
    }
    onForbidden(error);
    return discover(client, definitions, signal);
  }
}

/** The status properties that this controller writes and the installed CRD would prune; empty when the CRD is not older. */
export function prunedStatusFields(definition: ResourceDefinition, installed: ReadonlySet<string>): string[] {
  const written = [...commonStatusFields, ...definition.status.members.map((member) => member.json)];
  return written.filter((field) => !installed.has(field)).sort();
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface CustomResourceDefinition extends KubernetesObject {
  readonly spec?: {
    readonly versions?: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema?: { readonly openAPIV3Schema?: Schema };
    }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

async function readCrd(
  client: KubernetesClient,
  definition: ResourceDefinition,
  signal: AbortSignal,
): Promise<InstalledCrd> {
  const crd = await unlessAbsent(
    client.get<CustomResourceDefinition>(
      CUSTOM_RESOURCE_DEFINITION,
      { namespace: '', name: crdName(definition) },
      signal,
    ),
  );
  const version = crd?.spec?.versions?.find(({ name }) => name === definition.version);
  const isEstablished = crd?.status?.conditions?.some(
    ({ type, status }) => type === 'Established' && status === 'True',
  );
  // A CRD that was created a moment ago is not served yet.
  if (!version?.served || !isEstablished) {
    return { kind: 'missing' };
  }
  return { kind: 'installed', statusFields: statusFieldsOf(version.schema?.openAPIV3Schema) };
}

async function discover(
  client: KubernetesClient,
  definitions: readonly ResourceDefinition[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ResourceDefinition, InstalledCrd>> {
  const found = new Map<ResourceDefinition, InstalledCrd>();
  for (const [path, kinds] of byGroupVersion(definitions)) {
    const served = (await unlessAbsent(client.raw(`/apis/${path}`, signal))) as ResourceList | undefined;
    const isServed = ({ plural }: ResourceDefinition): boolean =>
      served?.resources?.some(({ name }) => name === plural) ?? false;
    // It is long, and missing kinds are looked for every few seconds: fetched only when one of them has come.
    const asked = kinds.some(isServed) ? unlessAbsent(client.raw(`/openapi/v3/apis/${path}`, signal)) : undefined;
    const schemas = Object.values(((await asked) as OpenApi | undefined)?.components?.schemas ?? {});
    for (const definition of kinds) {
      // The document is published a moment after the kind is served: then nothing is known of its status.
      const schema = schemas.find((candidate) => isSchemaOf(candidate, definition));
      found.set(
        definition,
        isServed(definition) ? { kind: 'installed', statusFields: statusFieldsOf(schema) } : { kind: 'missing' },
      );
    }
  }
  return found;
}

interface ResourceList {
  readonly resources?: readonly { readonly name?: string }[];
}

interface OpenApi {
  readonly components?: { readonly schemas?: Readonly<Record<string, PublishedSchema>> };
}

interface PublishedSchema extends Schema {
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly kind: string }[];
}

function isSchemaOf(schema: PublishedSchema, definition: ResourceDefinition): boolean {
  return schema['x-kubernetes-group-version-kind']?.some(({ kind }) => kind === definition.kind) ?? false;
}

function byGroupVersion(definitions: readonly ResourceDefinition[]): ReadonlyMap<string, ResourceDefinition[]> {
  const groups = new Map<string, ResourceDefinition[]>();
  for (const definition of definitions) {
    const path = `${definition.group}/${definition.version}`;
    groups.set(path, [...(groups.get(path) ?? []), definition]);
  }
  return groups;
}

function statusFieldsOf(schema: Schema | undefined): ReadonlySet<string> | undefined {
  const properties = schema?.properties?.['status']?.properties;
  return properties && new Set(Object.keys(properties));
}

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isApiError(error, 404)) {
      return undefined;
    }
    throw error;
  }
}
