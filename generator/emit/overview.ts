// SPDX-License-Identifier: Apache-2.0
import type { Template } from '../render.ts';
import type { LifecycleModel, OperationModel, ResourceModel } from '../resource-model.ts';
import { referencePage } from './reference-page.ts';

/** `docs/resources.md`: every kind with its operations, states, keys and hooks, and what it does otherwise than ACK's controller. */
export function emitOverview(
  serviceName: string,
  resources: readonly ResourceModel[],
  apiReference: string,
  template: Template,
): string {
  const kinds = [...resources].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  return template({
    count: kinds.length,
    hookCount: kinds.filter(({ hasHooks }) => hasHooks).length,
    kinds: kinds.map((resource) => ({
      kind: resource.kind,
      anchor: resource.kind.toLowerCase(),
      plural: resource.plural,
      shortNames: resource.shortNames.join(', '),
      lifecycle: resource.lifecycle.kind,
      deletion: deletionOf(resource.lifecycle),
      hooks: resource.hookSentence ?? '',
      roles: Object.keys(resource.operations).join(', '),
      stateCount: stateCountOf(resource.lifecycle),
      keyFields: keyFieldsOf(resource),
      operations: operationsOf(resource)
        .map(({ name }) => `[${name}](${referencePage(apiReference, name)})`)
        .join(', '),
      keys: keysOf(resource),
      states: statesOf(resource.lifecycle),
      looks: looksOf(resource),
      updates: updatesOf(resource),
      differences: resource.differences,
      reference: `../generated/${serviceName}/docs/${resource.file}.md`,
      mapping: `../${resource.mappingFile}`,
      hookFile: resource.hasHooks ? `../${resource.mappingFile.replace(/\.yaml$/, '.ts')}` : '',
    })),
  });
}

function operationsOf({ operations }: ResourceModel): readonly OperationModel[] {
  return Object.values(operations) as OperationModel[];
}

/** What finds the resource in AWS, by the paths of the object. */
function keysOf({ operations, nameField, nameUnless }: ResourceModel): string {
  const keys = operations.read.input
    .filter(({ from, required, path }) => from !== 'token' && (required || path?.[0] === 'spec'))
    .map(({ from, path = [], required }) => {
      const field = `\`${path.join('.')}\``;
      if (from === 'arn') return path.length > 0 ? `the ARN, until there is one ${field}` : 'the ARN';
      if (from === 'arnEnd') return `${field}, given by AWS`;
      return required ? field : `${field} if set`;
    });
  const unless = nameUnless === undefined ? '' : ` unless \`spec.${nameUnless}\` is set`;
  const name = nameField === undefined ? [] : [`\`spec.${nameField}\` is \`metadata.name\` if left out${unless}`];
  return [keys.join(', '), ...name].join('; ');
}

/** {@link keysOf} in short, for a table. */
function keyFieldsOf({ operations }: ResourceModel): string {
  const keys = operations.read.input
    .filter(({ from, required }) => from !== 'token' && required)
    .map(({ from, path = [] }) => (from === 'arn' ? 'ARN' : `\`${path.at(-1)}\``));
  return keys.join(', ');
}

function stateCountOf({ states, statusField }: LifecycleModel): string {
  return statusField === undefined ? '' : String(Object.keys(states).length);
}

function statesOf({ states, statusField, busy = [] }: LifecycleModel): string {
  if (statusField === undefined) return 'none: it is there or it is not';
  const classes = [...new Set(Object.values(states))].map((name) => {
    const values = Object.entries(states).filter(([, stateClass]) => stateClass === name);
    return `${name}: ${values.map(([value]) => value).join(', ')}`;
  });
  const within = busy.map(({ path, values }) => `busy while \`status.${path.join('.')}\` is ${values.join(', ')}`);
  return [`\`status.${statusField}\`: ${classes.join('; ')}`, ...within].join('; ');
}

function deletionOf({ delete: deletion, stopFirst }: LifecycleModel): string {
  if (deletion === 'stop') return 'stops it; the record stays';
  if (deletion === 'stop-then-delete') return 'stops it and deletes the record';
  return stopFirst ? `stops it if ${stopFirst.join(' or ')}, then deletes it` : 'deletes it';
}

function looksOf({ list, operations, lifecycle, resyncSeconds }: ResourceModel): string {
  const resync = resyncSeconds > 0 ? `every ${resyncSeconds} s` : 'at the drift interval';
  if (lifecycle.kind === 'config') return `when it is edited, and ${resync}`;
  const changing = list
    ? `${list.name} by the time of the last change, or ${operations.read.name}`
    : operations.read.name;
  const ended = lifecycle.kind === 'run-to-completion' ? 'never once it has ended' : `${resync} once it is settled`;
  return `${changing} while it changes; ${ended}`;
}

function updatesOf({ operations, updatesChanges, hasHooks }: ResourceModel): string {
  if (!operations.update) return 'none: what it is cannot change, its tags can';
  const what = updatesChanges ? 'the fields that differ' : 'the whole spec';
  return `${operations.update.name} with ${what}${hasHooks ? ', as its hooks plan it' : ''}`;
}
