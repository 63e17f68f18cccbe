// SPDX-License-Identifier: Apache-2.0
import type { GeneratorError } from '../errors.ts';
import { Mistakes } from '../mistakes.ts';
import type { ServiceModel } from '../model/model.ts';
import { kebabCase } from '../names/names.ts';
import { repeatedErrors } from './check-error-codes.ts';
import type { ResourceMapping } from './mapping.ts';
import { suggestion } from './read-mapping.ts';
import { errorAt, type SourceDocument, type SourcePath } from './source-document.ts';

type Mapping = SourceDocument<ResourceMapping>;

/**
 * Checks what can be checked of a mapping alone: its file is named after its kind, no two mappings are of one kind or share a short name,
 * and no key is there that another makes pointless. Throws `GeneratorError` with line and column.
 */
export function checkResourceMapping(mapping: Mapping, all: readonly Mapping[], model: ServiceModel): void {
  const mistakes = new Mistakes();
  // What two of them share is told of the later one.
  const earlier = all.slice(0, all.indexOf(mapping));
  mistakes.add(...nameMistakes(mapping, earlier, model), ...lifecycleMistakes(mapping), ...keyMistakes(mapping));
  mistakes.add(...repeatedErrors(mapping));
  mistakes.throwAll();
}

function nameMistakes(mapping: Mapping, earlier: readonly Mapping[], model: ServiceModel): readonly GeneratorError[] {
  const { kind, shortNames = [], operations } = mapping.data;
  const expected = `${kebabCase(kind)}.yaml`;
  const mistakes: GeneratorError[] = [];
  if (!`/${mapping.file}`.endsWith(`/${expected}`)) {
    const isCreated = operations?.create !== undefined || model.operations.has(`Create${kind}`);
    const doubt = isCreated ? '' : `; but nothing creates a ${kind}${suggestion(kind, createdKinds(model))}`;
    mistakes.push(errorAt(mapping, ['kind'], `the mapping of ${kind} must be called ${expected}${doubt}`));
  }
  for (const { file, data } of earlier) {
    if (data.kind === kind) mistakes.push(errorAt(mapping, ['kind'], `${file} is a mapping of ${kind} as well`));
    for (const [index, name] of shortNames.entries()) {
      if (data.shortNames?.includes(name))
        mistakes.push(errorAt(mapping, ['shortNames', index], `${name} is a short name of ${data.kind} as well`));
    }
  }
  return mistakes;
}

/** The kinds that the model has a create operation for. */
export function createdKinds(model: ServiceModel): readonly string[] {
  return [...model.operations.keys()].flatMap((name) => /^Create(.+)$/.exec(name)?.[1] ?? []);
}

function lifecycleMistakes(mapping: Mapping): readonly GeneratorError[] {
  const { lifecycle } = mapping.data;
  if (lifecycle.kind !== 'config') {
    if (lifecycle.status !== undefined) return [];
    return [errorAt(mapping, ['lifecycle'], `lacks the key status: where a ${lifecycle.kind} shows its state`)];
  }
  return (['status', 'states', 'failureReason'] as const)
    .filter((key) => lifecycle[key] !== undefined)
    .map((key) => errorAt(mapping, ['lifecycle', key], 'has no effect: a resource of the kind config has no status'));
}

function keyMistakes(mapping: Mapping): readonly GeneratorError[] {
  return Object.entries(mapping.data.fields ?? {}).flatMap(([name, { compare, key }]) => {
    if ((compare === 'keyed') === (key !== undefined)) return [];
    const path: SourcePath = ['fields', name];
    return [
      errorAt(
        mapping,
        path,
        key === undefined ? 'compare: keyed needs a key' : 'key has no effect without compare: keyed',
      ),
    ];
  });
}
