// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../model/model.ts';
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
 * that the model does not have. Throws `GeneratorError` with line and column.
 */
export function checkErrorCodes(
  service: SourceDocument<ServiceMapping>,
  mappings: readonly SourceDocument<ResourceMapping>[],
  model: ServiceModel,
): void {
  const modelled = new Set([...model.shapes.values()].filter(({ traits }) => traits.error).map(({ name }) => name));
  const listed = service.data.errorCodes ?? [];
  const known = [...modelled, ...listed];
  const named = [service, ...mappings].flatMap(codesOf);
  for (const { document, path, code } of named) {
    if (known.includes(code)) continue;
    throw errorAt(
      document,
      path,
      `neither the model nor errorCodes of ${service.file} has the error ${code}${suggestion(code, known)}`,
    );
  }
  for (const [index, code] of listed.entries()) {
    const at = ['errorCodes', index];
    if (modelled.has(code)) throw errorAt(service, at, `has no effect: the model has ${code}`);
    if (!named.some((one) => one.code === code)) throw errorAt(service, at, `has no effect: no mapping names ${code}`);
  }
}

function codesOf(document: SourceDocument<Pick<ResourceMapping, 'notFound' | 'errors'>>): readonly NamedCode[] {
  return (['notFound', 'errors'] as const).flatMap((key) =>
    (document.data[key] ?? []).map(({ code }, index) => ({ document, path: [key, index, 'code'], code })),
  );
}
