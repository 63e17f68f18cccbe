// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';
import { GeneratorError } from '../errors.ts';
import type { FieldModel, ResourceModel, StringConstraints, StructureModel, TypeModel } from '../resource-model.ts';

/**
 * `samples/<kind>.yaml`: a manifest with the fewest fields that the CRD takes, with the mapping's values where the model has none.
 * Throws `GeneratorError` where no value that is known here fits a pattern: the mapping has to give one.
 */
export function emitSample(resource: ResourceModel, header: string): string {
  const manifest = {
    apiVersion: `${resource.group}/${resource.version}`,
    kind: resource.kind,
    metadata: { name: `my-${resource.file}` },
    spec: sampleStructure(resource.spec, resource.samples, '', resource.mappingFile),
  };
  return `${header}${stringify(manifest, { lineWidth: 0 })}`;
}

function sampleStructure(
  structure: StructureModel,
  samples: Readonly<Record<string, unknown>>,
  at: string,
  mappingFile: string,
): Record<string, unknown> {
  const isWanted = (path: string): boolean =>
    Object.keys(samples).some((key) => key === path || key.startsWith(`${path}.`));
  const sample: Record<string, unknown> = {};
  for (const field of structure.members) {
    const path = at === '' ? field.json : `${at}.${field.json}`;
    if (field.required || isWanted(path))
      sample[field.json] = sampleValue(field, field.type, samples, path, mappingFile);
  }
  return sample;
}

function sampleValue(
  field: FieldModel,
  type: TypeModel,
  samples: Readonly<Record<string, unknown>>,
  path: string,
  mappingFile: string,
): unknown {
  if (Object.hasOwn(samples, path)) return samples[path];
  switch (type.kind) {
    case 'string': {
      const text = sampleTexts(field).find((candidate) => fits(candidate, type));
      if (text !== undefined) return text;
      throw new GeneratorError(
        `no value made up for the sample fits spec.${path} (${type.pattern ?? 'its length'}); give one: fields, the field's name, sample`,
        { file: mappingFile },
      );
    }
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
      return [sampleValue(field, type.item, samples, path, mappingFile)];
    case 'map':
      return { name: sampleValue(field, type.value, samples, path, mappingFile) };
    case 'structure':
      return sampleStructure(type.structure, samples, path, mappingFile);
    default:
      return type satisfies never;
  }
}

/** Values by the customs of AWS's names, the likeliest first. */
function sampleTexts({ sdk }: FieldModel): readonly string[] {
  const name = sdk.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  return [
    ...(/RoleArn$/.test(sdk) ? ['arn:aws:iam::111122223333:role/my-execution-role'] : []),
    ...(/(Uri|Path)$/.test(sdk) ? ['s3://my-bucket/path'] : []),
    `my-${name}`,
    's3://my-bucket/path',
    'd-1234567890ab',
  ];
}

function fits(text: string, { minLength = 0, maxLength, pattern }: StringConstraints): boolean {
  if (text.length < minLength || (maxLength !== undefined && text.length > maxLength)) return false;
  return pattern === undefined || fromRe2(pattern).test(text);
}

/** A CRD's pattern for JavaScript, which writes code points in another way; its stricter mode is used for nothing else. */
function fromRe2(pattern: string): RegExp {
  return pattern.includes('\\x{') ? new RegExp(pattern.replaceAll('\\x{', '\\u{'), 'u') : new RegExp(pattern);
}
