// SPDX-License-Identifier: Apache-2.0
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt } from '../mapping/source-document.ts';
import { Mistakes } from '../mistakes.ts';
import type { ColumnModel, TypeModel } from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources } from '../state.ts';

const ready: ColumnModel = {
  name: 'READY',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].status',
  priority: 0,
};
/** Why it is not ready, also where AWS has no state to show: a spec that was refused, a name that is taken. */
const reason: ColumnModel = {
  name: 'REASON',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
  priority: 0,
};
const age: ColumnModel = { name: 'AGE', type: 'date', jsonPath: '.metadata.creationTimestamp', priority: 0 };

/** Chooses what `kubectl get` shows: the mapping's columns, the state as STATUS, why it failed for `-o wide`, READY, REASON and AGE. */
export function chooseColumns(state: GeneratorState): GeneratorState {
  return mapResources(state, (draft) => ({ ...draft.resource, columns: columnsOf(draft) }), 'keep');
}

function columnsOf({ mapping, resource }: Draft): readonly ColumnModel[] {
  const { statusField, failureReasonPath } = resource.lifecycle;
  const mistakes = new Mistakes();
  const wanted = [...(mapping.data.columns ?? []).entries()];
  const mapped = mistakes.attemptEach(wanted, ([index, { name, field, priority = 0 }]): ColumnModel => {
    const found = resource.status.members.find(({ sdk }) => sdk === field);
    if (!found) {
      const names = resource.status.members.map(({ sdk }) => sdk);
      throw errorAt(
        mapping,
        ['columns', index, 'field'],
        `the status of ${resource.kind} has no ${field}${suggestion(field, names)}`,
      );
    }
    return { name, type: columnType(found.type), jsonPath: `.status.${found.json}`, priority };
  });
  const own = [
    ...(statusField === undefined
      ? []
      : [{ name: 'STATUS', type: 'string', jsonPath: `.status.${statusField}`, priority: 0 } as const]),
    ...(failureReasonPath === undefined
      ? []
      : [
          {
            name: 'FAILURE-REASON',
            type: 'string',
            jsonPath: `.status.${failureReasonPath.join('.')}`,
            priority: 1,
          } as const,
        ]),
  ];
  for (const { name } of [...own, ready, reason, age]) {
    if (mapped.some((column) => column.name === name))
      mistakes.add(errorAt(mapping, ['columns'], `${name} has no effect: it is there anyway`));
  }
  mistakes.throwAll();
  const [status, ...rest] = own;
  return [...(status ? [status] : []), ...mapped, ready, reason, ...rest, age];
}

function columnType(type: TypeModel): ColumnModel['type'] {
  switch (type.kind) {
    case 'timestamp':
      return 'date';
    case 'boolean':
    case 'integer':
    case 'number':
      return type.kind;
    default:
      return 'string';
  }
}
