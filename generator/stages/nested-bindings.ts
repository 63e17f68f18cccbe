// SPDX-License-Identifier: Apache-2.0
import type { AnsweredMember } from '../answered-members.ts';
import type { AnnotationMapping } from '../mapping/mapping.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt } from '../mapping/source-document.ts';
import type { Mistakes } from '../mistakes.ts';
import type { Member } from '../model/model.ts';
import type { FieldModel, InputModel, OperationRole, OutputModel } from '../resource-model.ts';
import type { Draft, GeneratorState } from '../state.ts';
import { structureWithin } from '../structure-within.ts';
import { walkMembers } from '../walk-members.ts';

/** What a mapping binds to members below a member of an input or an answer: `Settings.ForUpdate: Settings.Part`. */
export class NestedBindings {
  readonly #types: GeneratorState['types'];
  readonly #draft: Draft;
  readonly #spec: ReadonlyMap<string, FieldModel>;
  readonly #mistakes: Mistakes;

  /** `spec` has the fields by the names of their members; what is wrong with a binding goes to `mistakes`. */
  constructor(types: GeneratorState['types'], draft: Draft, spec: ReadonlyMap<string, FieldModel>, mistakes: Mistakes) {
    this.#mistakes = mistakes;
    this.#types = types;
    this.#draft = draft;
    this.#spec = spec;
  }

  inputs(role: OperationRole, { name, target }: Member): readonly InputModel[] {
    const { mapping, resource } = this.#draft;
    const bound = entriesBelow(mapping.data.inputs?.[role], name);
    return this.#mistakes.attemptEach(bound, ([member, source]): InputModel | undefined => {
      const at = (message: string) => errorAt(mapping, ['inputs', role, member], message);
      if (source === 'none') return this.#checkLeftOut(target, member, at, true);
      const { sdk: nested, type } = walkMembers(this.#types.typeOf(target), member.split('.').slice(1), at);
      const base = { sdk: name, nested, type, required: false };
      if (nested.includes('*')) throw at('an input can be bound below structures, not below lists');
      if (typeof source === 'object') return { ...base, ...byAnnotation(resource.group, source) };
      const { json } = this.#specPath(source, at);
      if (json.includes('*')) throw at('an input can be bound below structures, not below lists');
      return { ...base, from: 'path', path: ['spec', ...json] };
    });
  }

  outputs(role: OperationRole, { name, target, within }: AnsweredMember): readonly OutputModel[] {
    const { mapping } = this.#draft;
    const bound = role === 'read' || role === 'create' ? mapping.data.outputs?.[role] : undefined;
    return this.#mistakes.attemptEach(entriesBelow(bound, name), ([member, field]): OutputModel | undefined => {
      const at = (message: string) => errorAt(mapping, ['outputs', role, member], message);
      if (field === 'none') return this.#checkLeftOut(target, member, at, false);
      const source = walkMembers(this.#types.typeOf(target), member.split('.').slice(1), at);
      const { json } = this.#specPath(field, at);
      if (lists(json) !== lists(source.sdk)) throw at(`${member} and ${field} do not lead through as many lists`);
      return { sdk: [...within, name, ...source.sdk], path: ['spec', ...json], type: source.type };
    });
  }

  /** What is left out is there, and an input does without it. */
  #checkLeftOut(target: string, member: string, at: (message: string) => Error, isInput: boolean): undefined {
    const names = member.split('.').slice(1);
    walkMembers(this.#types.typeOf(target), names, at);
    const around = structureWithin(walkMembers(this.#types.typeOf(target), names.slice(0, -1), at).type);
    const field = around?.members.find(({ sdk }) => sdk === names.at(-1));
    if (isInput && field?.required) throw at(`cannot be left out: ${around?.name} needs it`);
  }

  #specPath(field: string, at: (message: string) => Error): { readonly json: readonly string[] } {
    const [top = '', ...below] = field.split('.');
    const found = this.#spec.get(top);
    if (!found) throw at(`the spec has no field ${top}${suggestion(top, this.#spec.keys())}`);
    return { json: [found.json, ...walkMembers(found.type, below, at).json] };
  }
}

/** The part of an input that is an annotation's value. */
export function byAnnotation(
  group: string,
  { annotation }: AnnotationMapping,
): Pick<InputModel, 'from' | 'annotation'> {
  return { from: 'annotation', annotation: `${group}/${annotation}` };
}

/** The bindings of members below one member: those with a dot in their name. */
function entriesBelow<Source>(
  mapping: Readonly<Record<string, Source>> | undefined,
  member: string,
): readonly (readonly [string, Source])[] {
  return Object.entries(mapping ?? {}).filter(([name]) => name.startsWith(`${member}.`));
}

function lists(path: readonly string[]): number {
  return path.filter((name) => name === '*').length;
}
