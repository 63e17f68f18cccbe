// SPDX-License-Identifier: Apache-2.0

import type { GeneratorError } from '../errors.ts';
import { Mistakes } from '../mistakes.ts';
import type { ServiceModel } from '../model/model.ts';
import type { ErrorMatchModel } from '../resource-model.ts';
import type { ResourceMapping, ServiceMapping } from './mapping.ts';
import { suggestion } from './read-mapping.ts';
import { errorAt, type SourceDocument, type SourcePath } from './source-document.ts';

/** A code that a mapping names, and where. */
interface NamedCode {
  readonly document: SourceDocument<unknown>;
  readonly path: SourcePath;
  readonly code: string;
}

/**
 * Checks that AWS answers every error code that a mapping names: the model has it, or `errorCodes` of service.yaml, which lists those
 * that the model does not have. `isComplete`: no mapping is missing because it could not be read. Throws `GeneratorError` with line and
 * column.
 */
export function checkErrorCodes(
  service: SourceDocument<ServiceMapping>,
  mappings: readonly SourceDocument<ResourceMapping>[],
  model: ServiceModel,
  isComplete: boolean,
): void {
  const modelled = new Set([...model.shapes.values()].filter(({ traits }) => traits.error).map(({ name }) => name));
  const listed = service.data.errorCodes ?? [];
  const known = [...modelled, ...listed];
  const named = [service, ...mappings].flatMap(codesOf);
  const mistakes = new Mistakes();
  for (const { document, path, code } of named) {
    if (known.includes(code)) continue;
    const text = `neither the model nor errorCodes of ${service.file} has the error ${code}${suggestion(code, known)}`;
    mistakes.add(errorAt(document, path, text));
  }
  mistakes.add(...repeatedErrors({ ...service, data: { errors: service.data.errors ?? [] } }));
  for (const [index, code] of listed.entries()) {
    const isNamed = !isComplete || named.some((one) => one.code === code);
    const reason = modelled.has(code)
      ? `the model has ${code}`
      : listed.indexOf(code) < index
        ? `${code} is listed before`
        : isNamed
          ? undefined
          : `no mapping names ${code}`;
    if (reason !== undefined) mistakes.add(errorAt(service, ['errorCodes', index], `has no effect: ${reason}`));
  }
  mistakes.throwAll();
}

/** Matches that an earlier one of the list leaves nothing to: all that they ask for, it asks for as well, or less. */
export function repeatedErrors(
  document: SourceDocument<Pick<ResourceMapping, 'notFound' | 'errors'>>,
): readonly GeneratorError[] {
  return (['notFound', 'errors'] as const).flatMap((key) => {
    const rules = document.data[key] ?? [];
    return rules.flatMap((rule, index) => {
      const earlier = rules.findIndex((one) => covers(one, rule));
      if (earlier >= index) return [];
      return [
        errorAt(document, [key, index], `has no effect: ${key}.${earlier} matches every such ${rule.code} before`),
      ];
    });
  });
}

const conditions = ['messagePrefix', 'messageSuffix', 'messageContains'] as const;

function covers(general: ErrorMatchModel, special: ErrorMatchModel): boolean {
  const asksMore = conditions.some((key) => general[key] !== undefined && general[key] !== special[key]);
  return general.code === special.code && !asksMore;
}

function codesOf(document: SourceDocument<Pick<ResourceMapping, 'notFound' | 'errors'>>): readonly NamedCode[] {
  return (['notFound', 'errors'] as const).flatMap((key) =>
    (document.data[key] ?? []).map(({ code }, index) => ({ document, path: [key, index, 'code'], code })),
  );
}
