// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import type { OperationModel, ResourceModel, TypeModel } from '../resource-model.ts';
import type { GeneratorState } from '../state.ts';
import { structureWithin } from '../structure-within.ts';

// Plain `kubectl apply` keeps the whole manifest in an annotation, and annotations end at 256 KiB.
const LARGEST_CRD_BYTES = 200_000;

/** Checks what was made: the installed SDK knows every operation and member, and every CRD is small enough for `kubectl apply`. */
export function checkOutput(state: GeneratorState): GeneratorState {
  for (const { resource } of state.drafts) checkSdk(state, resource);
  for (const [path, text] of state.files) {
    const size = Buffer.byteLength(text);
    if (path.startsWith('crds/') && size > LARGEST_CRD_BYTES) {
      throw new GeneratorError(`${path} has ${size} bytes; kubectl apply takes no more than ${LARGEST_CRD_BYTES}`);
    }
  }
  return state;
}

/** The SDK silently drops members that it does not know, so a model that is newer than the SDK must not get through. */
function checkSdk(state: GeneratorState, resource: ResourceModel): void {
  const { sdk, modelSource } = state.input;
  for (const operation of Object.values(resource.operations) as OperationModel[]) {
    if (!sdk.operations.has(operation.name)) {
      throw new GeneratorError(
        `${sdk.packageName} ${sdk.version} has no operation ${operation.name}, which the model (${modelSource}) has: install the SDK that fits, or import the model that does`,
        { file: resource.mappingFile },
      );
    }
    checkMembers(
      state,
      resource,
      operation,
      'input',
      operation.input.flatMap(({ sdk: name, nested = [], type }) => pathsOf([name, ...nested].join('.'), type)),
    );
    checkMembers(
      state,
      resource,
      operation,
      'output',
      operation.output.flatMap(({ sdk: path, type }) => pathsOf(path.filter((name) => name !== '*').join('.'), type)),
    );
  }
}

function checkMembers(
  state: GeneratorState,
  resource: ResourceModel,
  operation: OperationModel,
  side: 'input' | 'output',
  paths: readonly string[],
): void {
  const { sdk, modelSource } = state.input;
  const unknown = sdk.unknownMembers(operation.name, side, paths);
  if (unknown.length === 0) return;
  throw new GeneratorError(
    `${sdk.packageName} ${sdk.version} does not know ${unknown.slice(0, 5).join(', ')} of ${operation.name}'s ${side}, which the model (${modelSource}) has: install the SDK that fits, or import the model that does`,
    { file: resource.mappingFile },
  );
}

function pathsOf(path: string, type: TypeModel): string[] {
  const within = structureWithin(type);
  return within
    ? [path, ...within.members.flatMap(({ sdk, type: member }) => pathsOf(`${path}.${sdk}`, member))]
    : [path];
}
