// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';
import type { FieldModel, ResourceModel, StructureModel, TypeModel } from '../resource-model.ts';

/** `samples/<kind>.yaml`: a manifest with the fewest fields that the CRD takes, with the mapping's values where the model has none. */
export function emitSample(resource: ResourceModel, header: string): string {
  const manifest = {
    apiVersion: `${resource.group}/${resource.version}`,
    kind: resource.kind,
    metadata: { name: `my-${resource.file}` },
    spec: sampleStructure(resource.spec, resource.samples, ''),
  };
  return `${header}${stringify(manifest, { lineWidth: 0 })}`;
}

function sampleStructure(
  structure: StructureModel,
  samples: Readonly<Record<string, unknown>>,
  at: string,
): Record<string, unknown> {
  const isWanted = (path: string): boolean =>
    Object.keys(samples).some((key) => key === path || key.startsWith(`${path}.`));
  const sample: Record<string, unknown> = {};
  for (const field of structure.members) {
    const path = at === '' ? field.json : `${at}.${field.json}`;
    if (field.required || isWanted(path)) sample[field.json] = sampleValue(field, field.type, samples, path);
  }
  return sample;
}

function sampleValue(
  field: FieldModel,
  type: TypeModel,
  samples: Readonly<Record<string, unknown>>,
  path: string,
): unknown {
  if (Object.hasOwn(samples, path)) return samples[path];
  switch (type.kind) {
    case 'string':
      return sampleText(field);
    case 'enum':
      return type.values[0];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return Math.max(1, type.minimum ?? 1);
    case 'timestamp':
      return '2026-01-01T00:00:00Z';
    case 'blob':
      return '';
    case 'list':
      return [sampleValue(field, type.item, samples, path)];
    case 'map':
      return { name: sampleValue(field, type.value, samples, path) };
    case 'structure':
      return sampleStructure(type.structure, samples, path);
    default:
      return type satisfies never;
  }
}

/** A value by the customs of AWS's names. */
function sampleText({ sdk }: FieldModel): string {
  if (/RoleArn$/.test(sdk)) return 'arn:aws:iam::111122223333:role/my-execution-role';
  if (/S3(Output)?(Uri|Path)$/.test(sdk)) return 's3://my-bucket/path';
  return `my-${sdk.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()}`;
}
