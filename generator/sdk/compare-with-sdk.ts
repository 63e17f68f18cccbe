// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../model/model.ts';
import { type SdkFacts, structureOf } from './read-sdk.ts';
import type { SdkSchema } from './sdk-shape.ts';

/** An operation or member that only one of the two knows. */
export interface SdkDifference {
  readonly only: 'model' | 'sdk';
  /** `CreateModel`, or `CreateModel input Containers.Image`. */
  readonly name: string;
}

/** Compares all operations of a model with those of the SDK, member by member, both ways. Each shape is looked at once, where it is met first. */
export function compareWithSdk(model: ServiceModel, sdk: SdkFacts): SdkDifference[] {
  const differences: SdkDifference[] = [];
  const seen = new Set<string>();

  const compareShapes = (shapeName: string, schema: SdkSchema, side: string, path: readonly string[] = []) => {
    if (seen.has(shapeName)) return;
    seen.add(shapeName);
    const shape = model.shapes.get(shapeName);
    if (shape?.kind === 'list') return compareShapes(shape.member.target, schema, side, path);
    if (shape?.kind === 'map') return compareShapes(shape.value.target, schema, side, path);
    const known = structureOf(schema)?.members ?? new Map<string, SdkSchema>();
    const members = shape?.kind === 'structure' || shape?.kind === 'union' ? shape.members : [];
    const differ = (only: 'model' | 'sdk', name: string) =>
      differences.push({ only, name: `${side} ${[...path, name].join('.')}` });
    for (const { name, target } of members) {
      if (known.has(name)) compareShapes(target, known.get(name), side, [...path, name]);
      else differ('model', name);
    }
    const names = new Set(members.map(({ name }) => name));
    for (const name of known.keys()) if (!names.has(name)) differ('sdk', name);
  };

  for (const operation of model.operations.values()) {
    if (!sdk.operations.has(operation.name)) {
      differences.push({ only: 'model', name: operation.name });
      continue;
    }
    compareShapes(operation.input, sdk.schemaOf(operation.name, 'input'), `${operation.name} input`);
    compareShapes(operation.output, sdk.schemaOf(operation.name, 'output'), `${operation.name} output`);
  }
  for (const name of sdk.operations) if (!model.operations.has(name)) differences.push({ only: 'sdk', name });
  return differences;
}
