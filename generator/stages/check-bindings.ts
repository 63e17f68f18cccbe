// SPDX-License-Identifier: Apache-2.0
import type { GeneratorError } from '../errors.ts';
import type { MemberMapping } from '../mapping/mapping.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt } from '../mapping/source-document.ts';
import { Mistakes } from '../mistakes.ts';
import { membersOf } from '../model/members-of.ts';
import type { OperationModel, OperationRole, OutputModel, ResourceModel, TypeModel } from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources } from '../state.ts';
import { typeText } from '../type-text.ts';

/** Checks that what the mapping binds can hold what it is bound to, and that each of its words on operations and identity does something. */
export function checkBindings(state: GeneratorState): GeneratorState {
  const check = (draft: Draft): ResourceModel => {
    const mistakes = new Mistakes();
    for (const operation of Object.values(draft.resource.operations) as OperationModel[])
      mistakes.add(...inputMistakes(state, draft, operation), ...outputMistakes(draft, operation));
    mistakes.add(...nameMistakes(draft), ...arnEndMistakes(state, draft), ...updateMistakes(state, draft));
    mistakes.throwAll();
    return draft.resource;
  };
  return mapResources(state, check, 'keep');
}

function inputMistakes(state: GeneratorState, draft: Draft, operation: OperationModel): readonly GeneratorError[] {
  const { mapping, resource } = draft;
  const members = membersOf(state.model, operation.inputShape);
  return Object.entries(mapping.data.inputs?.[operation.role] ?? {}).flatMap(([name, source]) => {
    const at = (message: string) => [errorAt(mapping, ['inputs', operation.role, name], message)];
    const isNeeded = members.some((member) => member.name === name && member.traits.required);
    // Hooks may fill in what the mapping leaves out.
    if (source === 'none' && isNeeded && !resource.hasHooks)
      return at(`cannot be left out: ${operation.name} needs it; name a field that it comes from, or an annotation`);
    if (source === name && !isReadChoice(draft, operation, name))
      return at(`has no effect: ${name} comes from the field of its name anyway`);
    const bound = operation.input.find(({ sdk, nested = [] }) => [sdk, ...nested].join('.') === name);
    if (!bound) return [];
    if (bound.from === 'annotation')
      return isText(bound.type) ? [] : at(`an annotation is text, and ${name} is ${typeText(bound.type)}`);
    if (source === 'arn' && !isText(bound.type)) return at(`the ARN is text, and ${name} is ${typeText(bound.type)}`);
    const field = bound.from === 'path' ? typeAt(resource, bound.path ?? []) : undefined;
    return field && !isAlike(bound.type, field)
      ? at(`${name} is ${typeText(bound.type)}, and ${String(source)} is ${typeText(field)}`)
      : [];
  });
}

/** An optional member of a read's input is filled from the status only if the mapping says so. */
function isReadChoice({ resource }: Draft, { role }: OperationModel, name: string): boolean {
  return role === 'read' && !resource.spec.members.some(({ sdk }) => sdk === name);
}

function outputMistakes({ mapping, resource }: Draft, operation: OperationModel): readonly GeneratorError[] {
  return Object.entries(outputsOf(mapping.data.outputs, operation.role)).flatMap(([name, source]) => {
    const at = (message: string) => [errorAt(mapping, ['outputs', operation.role, name], message)];
    if (source === name) return at(`has no effect: ${name} belongs to the field of its name anyway`);
    const bound = operation.output.find((output) => memberPath(resource, output) === name);
    const field = bound && typeAt(resource, bound.path);
    return bound && field && !isAlike(bound.type, field)
      ? at(`${name} is ${typeText(bound.type)}, and ${source} is ${typeText(field)}`)
      : [];
  });
}

/** As a mapping writes it: without lists and without the wrapper. */
function memberPath({ wrapper }: ResourceModel, { sdk }: OutputModel): string {
  const names = sdk.filter((part) => part !== '*');
  return names.slice(wrapper !== undefined && names[0] === wrapper ? 1 : 0).join('.');
}

function outputsOf(outputs: Draft['mapping']['data']['outputs'], role: OperationRole): MemberMapping {
  return (role === 'read' || role === 'create' ? outputs?.[role] : undefined) ?? {};
}

/** The name is one of the fields that the read asks for, if it asks for fields at all. */
function nameMistakes({ mapping, resource }: Draft): readonly GeneratorError[] {
  const { nameField, operations } = resource;
  if (mapping.data.name === undefined || nameField === undefined) return [];
  const keys = operations.read.input.filter(({ required, path }) => required && path?.[0] === 'spec');
  if (keys.length === 0 || keys.some(({ path }) => path?.[1] === nameField)) return [];
  const asked = keys.map(({ sdk }) => sdk).join(' and ');
  return [
    errorAt(mapping, ['name'], `${mapping.data.name} does not find it: ${operations.read.name} asks for ${asked}`),
  ];
}

function arnEndMistakes({ model }: GeneratorState, { mapping, resource }: Draft): readonly GeneratorError[] {
  const { arnEnd } = mapping.data;
  if (arnEnd === undefined) return [];
  const { read } = resource.operations;
  const at = (message: string) => [errorAt(mapping, ['arnEnd'], message)];
  const members = membersOf(model, read.inputShape);
  const names = members.map(({ name }) => name);
  const member = members.find(({ name }) => name === arnEnd);
  if (!member) return at(`${read.name} takes no ${arnEnd}${suggestion(arnEnd, names)}`);
  const isGiven = resource.spec.members.some(({ sdk }) => sdk === arnEnd);
  if (isGiven && !member.traits.required)
    return at(`has no effect: ${arnEnd} is a field of the spec, and ${read.name} does not need it`);
  return [];
}

/** What an update cannot do without and no create takes is no property of the resource, unless the mapping says what it is. */
function updateMistakes({ model }: GeneratorState, { mapping, resource }: Draft): readonly GeneratorError[] {
  const { create, update } = resource.operations;
  const created = new Set(membersOf(model, create.inputShape).map(({ name }) => name));
  return (update?.input ?? [])
    .filter(({ sdk, required, from, path }) => required && from === 'path' && path?.[0] === 'spec' && !created.has(sdk))
    .filter(({ sdk }) => !isToldOf(mapping.data.fields, sdk) && mapping.data.inputs?.update?.[sdk] === undefined)
    .map(({ sdk }) => {
      const advice = `bind it under inputs.update, or say under fields what it is: ${sdk}: { compare: option } if only updates have it`;
      return errorAt(mapping, ['kind'], `${update?.name} needs ${sdk}, which ${create.name} does not take; ${advice}`);
    });
}

function isToldOf(fields: Draft['mapping']['data']['fields'], name: string): boolean {
  return Object.keys(fields ?? {}).some((path) => path === name || path.startsWith(`${name}.`));
}

/** The type of what a path of the object leads to, through structures and lists. */
function typeAt({ spec, status }: ResourceModel, [root, ...path]: readonly string[]): TypeModel | undefined {
  let type: TypeModel | undefined =
    root === 'spec' || root === 'status'
      ? { kind: 'structure', structure: root === 'spec' ? spec : status }
      : undefined;
  for (const name of path) {
    if (name === '*') type = type?.kind === 'list' ? type.item : undefined;
    else type = type?.kind === 'structure' ? memberType(type, name) : undefined;
  }
  return type;
}

function memberType({ structure }: Extract<TypeModel, { kind: 'structure' }>, json: string): TypeModel | undefined {
  return structure.members.find((member) => member.json === json)?.type;
}

function isText({ kind }: TypeModel): boolean {
  return kind === 'string' || kind === 'enum';
}

/** Whether values of one type may be those of another; of structures the members may differ. */
function isAlike(a: TypeModel, b: TypeModel): boolean {
  if (isText(a) || isText(b)) return isText(a) && isText(b);
  if (a.kind === 'list' && b.kind === 'list') return isAlike(a.item, b.item);
  if (a.kind === 'map' && b.kind === 'map') return isAlike(a.value, b.value);
  return a.kind === b.kind;
}
