// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import { Mistakes } from '../mistakes.ts';
import type { FieldModel, ResourceModel, StringConstraints, StructureModel, TypeModel } from '../resource-model.ts';
import { printYaml } from './print-yaml.ts';

/**
 * `samples/<kind>.yaml`: a manifest with the fewest fields that the CRD takes, with the mapping's values where the model has none.
 * Throws `GeneratorError` where no value that is known here fits a pattern: the mapping has to give one.
 */
export function emitSample(resource: ResourceModel, header: string): string {
  const subject = { resource, mistakes: new Mistakes() };
  const manifest = {
    apiVersion: `${resource.group}/${resource.version}`,
    kind: resource.kind,
    metadata: { name: `my-${resource.file}` },
    spec: sampleStructure(resource.spec, subject, ''),
  };
  subject.mistakes.throwAll();
  return `${header}${printYaml(manifest)}`;
}

/** The resource of a sample, and what no value was found for. */
interface Subject {
  readonly resource: ResourceModel;
  readonly mistakes: Mistakes;
}

function sampleStructure(structure: StructureModel, subject: Subject, at: string): Record<string, unknown> {
  const pathOf = ({ json }: FieldModel): string => (at === '' ? json : `${at}.${json}`);
  const given = Object.keys(subject.resource.samples);
  const wanted = structure.members.filter((field) => {
    const path = pathOf(field);
    return field.required || given.some((key) => key === path || key.startsWith(`${path}.`));
  });
  // A union wants one of its members, whichever.
  const chosen = structure.union && wanted.length === 0 ? structure.members.slice(0, 1) : wanted;
  return Object.fromEntries(
    chosen.map((field) => [field.json, sampleValue(field, field.type, subject, pathOf(field))]),
  );
}

function sampleValue(field: FieldModel, type: TypeModel, subject: Subject, path: string): unknown {
  const { samples } = subject.resource;
  if (Object.hasOwn(samples, path)) return samples[path];
  switch (type.kind) {
    case 'string':
      return sampleText(field, type, subject, path);
    case 'enum':
      return type.values[0];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return Math.min(Math.max(1, type.minimum ?? 1), type.maximum ?? Number.POSITIVE_INFINITY);
    case 'timestamp':
      return '2026-01-01T00:00:00Z';
    case 'blob':
      return '';
    case 'list':
      return Array.from({ length: type.minSize ?? 1 }, () => sampleValue(field, type.item, subject, path));
    case 'map':
      return { name: sampleValue(field, type.value, subject, path) };
    case 'structure':
      return sampleStructure(type.structure, subject, path);
    default:
      return type satisfies never;
  }
}

function sampleText(field: FieldModel, type: StringConstraints, { resource, mistakes }: Subject, path: string): string {
  const found = sampleTexts(field).find((candidate) => fits(candidate, type));
  if (found !== undefined) return found;
  const rule = type.pattern ?? 'its length';
  const text = `no value made up for the sample fits spec.${path} (${rule}); give one under fields as sample`;
  mistakes.add(new GeneratorError(text, { file: resource.mappingFile }));
  return '';
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
