// SPDX-License-Identifier: Apache-2.0
import type { Operation, ServiceModel } from '../../../../generator/model/model.ts';
import type { Data } from '../resource.ts';
import type { Scope } from '../scope.ts';
import type { World } from '../world.ts';

/** What the code behind an operation may use. */
export interface CallContext {
  readonly world: World;
  readonly scope: Scope;
  readonly model: ServiceModel;
  readonly operation: Operation;
  /** The time of the call, milliseconds since the epoch. */
  readonly now: number;
  /** Random text of lower-case letters and digits, for what AWS makes up. */
  newId(length: number): string;
}

/** Does what an operation does and answers its output; members that the output does not have are left out by the caller. */
export type Handler = (input: Data, context: CallContext) => Data;
