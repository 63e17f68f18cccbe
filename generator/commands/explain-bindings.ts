// SPDX-License-Identifier: Apache-2.0
import { camelLower } from '../names/names.ts';
import type { InputModel, OperationModel, OutputModel, ResourceModel } from '../resource-model.ts';

/** What fills the inputs of a kind's operations and where answers go, a line an operation, without what a create or update has from the field of its name. */
export function bindingLines({ operations }: ResourceModel): readonly string[] {
  return (Object.values(operations) as OperationModel[]).flatMap(({ role, name, input, output }) => {
    const isWrite = role === 'create' || role === 'update';
    const inputs = input.filter((member) => !isWrite || !isByName(member)).map(inputText);
    const outputs = output.filter((member) => !isShownByName(member)).map(outputText);
    return [
      ...(inputs.length > 0 ? [`  ${name} takes ${inputs.join('; ')}`] : []),
      ...(outputs.length > 0 ? [`  ${name} answers ${outputs.join('; ')}`] : []),
    ];
  });
}

/** Which operations are sent a field, and which show it; those that are sent or show it with all around it are not told. */
export function fieldBindingLines({ operations }: ResourceModel, field: string): readonly string[] {
  const all = Object.values(operations) as OperationModel[];
  const sent = all.flatMap(({ name, input }) =>
    input.filter((member) => pathText(member) === field).map((member) => `${memberText(member)} of ${name}`),
  );
  const shown = all.flatMap(({ name, output }) =>
    output.filter((member) => pathText(member) === field).map(({ sdk }) => `${withoutLists(sdk)} of ${name}`),
  );
  return [
    ...(sent.length > 0 ? [`  sent as ${sent.join(', ')}`] : []),
    ...(shown.length > 0 ? [`  shown by ${shown.join(', ')}`] : []),
  ];
}

function isByName({ sdk, nested, from, path }: InputModel): boolean {
  return from === 'path' && !nested && path?.length === 2 && path[1] === camelLower(sdk);
}

function isShownByName({ sdk, path }: OutputModel): boolean {
  const isArn = path[1] === 'ackResourceMetadata';
  return isArn || (path.length === 2 && sdk.length === 1 && path[1] === camelLower(sdk[0] ?? ''));
}

function inputText(member: InputModel): string {
  return `${memberText(member)} from ${sourceText(member)}`;
}

function sourceText({ from, annotation, path }: InputModel): string {
  switch (from) {
    case 'path':
      return pathText({ path });
    case 'arn':
      return path ? `the ARN, or ${pathText({ path })} while there is none` : 'the ARN';
    case 'arnEnd':
      return `${pathText({ path })}, or the end of the ARN`;
    case 'token':
      return 'the idempotency token';
    case 'annotation':
      return `the annotation ${annotation}`;
    default:
      return from satisfies never;
  }
}

function outputText({ sdk, path }: OutputModel): string {
  return `${withoutLists(sdk)} for ${pathText({ path })}`;
}

function memberText({ sdk, nested = [] }: InputModel): string {
  return [sdk, ...nested].join('.');
}

function pathText({ path = [] }: { readonly path?: readonly string[] | undefined }): string {
  return withoutLists(path);
}

function withoutLists(path: readonly string[]): string {
  return path.filter((name) => name !== '*').join('.');
}
