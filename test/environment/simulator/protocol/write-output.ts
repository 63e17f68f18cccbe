// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../../../generator/model/model.ts';
import type { Data } from '../resource.ts';

/** The members of `data` that a structure of the model has; what AWS holds beyond them, it does not tell. */
export function pickMembers(model: ServiceModel, shapeName: string, data: Data): Data {
  const shape = model.shapes.get(shapeName);
  if (shape?.kind !== 'structure') throw new Error(`the model of the simulator has no structure ${shapeName}`);
  const picked: Record<string, unknown> = {};
  for (const { name } of shape.members) if (data[name] !== undefined) picked[name] = data[name];
  return picked;
}
