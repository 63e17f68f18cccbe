// SPDX-License-Identifier: Apache-2.0
//
// The golden cases are laid out like the repository, so what they expect imports the runtime from here, and `tsc` checks their types.
export type { ResourceDefinition, ServiceDefinition, StructureShape } from '../../../runtime/generated.ts';
export { runController } from '../../../runtime/generated.ts';
