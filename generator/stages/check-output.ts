// SPDX-License-Identifier: Apache-2.0
import { parse } from 'yaml';
import { GeneratorError } from '../errors.ts';
import { Mistakes } from '../mistakes.ts';
import type { OperationModel, ResourceModel, TypeModel } from '../resource-model.ts';
import { type GeneratorInput, type GeneratorState, withMistakes } from '../state.ts';
import { structureWithin } from '../structure-within.ts';

// Plain `kubectl apply` keeps the whole manifest in an annotation, as JSON, and annotations end at 256 KiB.
const LARGEST_CRD_BYTES = 240_000;

/** Checks what was made: the installed SDK knows every operation and member, and every CRD is small enough for `kubectl apply`. */
export function checkOutput(state: GeneratorState): GeneratorState {
  const { input, service } = state;
  const mistakes = new Mistakes();
  for (const operation of Object.values(service.data.tagging ?? {}))
    mistakes.attempt(() => checkOperation(input, operation, service.file));
  for (const { resource } of state.drafts) checkSdk(input, resource, mistakes);
  for (const [path, text] of state.files) {
    const size = path.startsWith('crds/') ? appliedBytes(text) : 0;
    if (size > LARGEST_CRD_BYTES) {
      const text = `${path} has ${size} bytes as JSON; kubectl apply takes no more than ${LARGEST_CRD_BYTES}`;
      mistakes.add(new GeneratorError(text));
    }
  }
  return withMistakes(state, mistakes);
}

/** JSON has no indentation, so only what is large as YAML is worth the reading. */
function appliedBytes(yaml: string): number {
  const size = Buffer.byteLength(yaml);
  return size > LARGEST_CRD_BYTES ? Buffer.byteLength(JSON.stringify(parse(yaml))) : size;
}

/** The SDK silently drops members that it does not know, so a model that is newer than the SDK must not get through. */
function checkSdk(input: GeneratorInput, resource: ResourceModel, mistakes: Mistakes): void {
  for (const operation of Object.values(resource.operations) as OperationModel[]) {
    if (!mistakes.attempt(() => checkOperation(input, operation.name, resource.mappingFile))) continue;
    const members = {
      input: operation.input.flatMap(({ sdk, nested = [], type }) => pathsOf([sdk, ...nested].join('.'), type)),
      output: operation.output.flatMap(({ sdk, type }) => pathsOf(sdk.filter((name) => name !== '*').join('.'), type)),
    };
    for (const side of ['input', 'output'] as const) {
      const unknown = input.sdk.unknownMembers(operation.name, side, members[side]);
      // What is below an unknown member is unknown with it.
      const roots = unknown.filter((path) => !unknown.some((other) => path.startsWith(`${other}.`)));
      if (roots.length > 0) {
        const what = `does not know ${roots.slice(0, 5).join(', ')} of ${operation.name}'s ${side}`;
        mistakes.add(unknownToSdk(input, what, resource.mappingFile, wayOut(resource, operation, side, roots)));
      }
    }
  }
}

function checkOperation(input: GeneratorInput, operation: string, file: string): true {
  if (!input.sdk.operations.has(operation)) throw unknownToSdk(input, `has no operation ${operation}`, file);
  return true;
}

/** How the mapping leaves members out. */
function wayOut(
  { wrapper }: ResourceModel,
  { role }: OperationModel,
  side: 'input' | 'output',
  paths: readonly string[],
): string {
  const within = side === 'output' && wrapper !== undefined ? `${wrapper}.` : '';
  const members = paths.map((path) => `${path.startsWith(within) ? path.slice(within.length) : path}: none`);
  return `, or leave it out with ${side}s.${role}: { ${members.join(', ')} }`;
}

function unknownToSdk({ sdk, modelSource }: GeneratorInput, what: string, file: string, more = ''): GeneratorError {
  const advice = `install the SDK that fits, or import the model that does${more}`;
  return new GeneratorError(
    `${sdk.packageName} ${sdk.version} ${what}, which the model (${modelSource}) has: ${advice}`,
    { file },
  );
}

function pathsOf(path: string, type: TypeModel): string[] {
  const within = structureWithin(type);
  return within
    ? [path, ...within.members.flatMap(({ sdk, type: member }) => pathsOf(`${path}.${sdk}`, member))]
    : [path];
}
