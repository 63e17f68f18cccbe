// SPDX-License-Identifier: Apache-2.0
import { type AnsweredMember, answeredMembers } from '../answered-members.ts';
import { leaveOut } from '../leave-out.ts';
import type { InputMapping, MemberMapping } from '../mapping/mapping.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt } from '../mapping/source-document.ts';
import { Mistakes } from '../mistakes.ts';
import { membersOf } from '../model/members-of.ts';
import type { Member } from '../model/model.ts';
import { pageMembers } from '../model/page-members.ts';
import type {
  Fact,
  FieldModel,
  InputModel,
  OperationModel,
  OperationRole,
  OutputModel,
  ResourceModel,
  TypeModel,
} from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources, withFacts } from '../state.ts';
import { byAnnotation, NestedBindings } from './nested-bindings.ts';

const arnPath = ['status', 'ackResourceMetadata', 'arn'] as const;

/**
 * Splits each resource's members: the spec is what create and update take, the status what read answers beyond it; and binds the
 * members of every operation to them.
 */
export function splitSpecAndStatus(state: GeneratorState): GeneratorState {
  return mapResources(state, (draft) => new Split(state, draft).resource());
}

/** One resource being split: the lookups that its operations share. */
class Split {
  readonly #state: GeneratorState;
  readonly #draft: Draft;
  readonly #spec: ReadonlyMap<string, FieldModel>;
  readonly #status: ReadonlyMap<string, FieldModel>;
  readonly #facts: Fact[] = [];
  readonly #mistakes = new Mistakes();

  constructor(state: GeneratorState, draft: Draft) {
    this.#state = state;
    this.#draft = draft;
    this.#checkMappedMembers();
    this.#spec = this.#specFields();
    this.#status = this.#statusFields();
  }

  resource(): ResourceModel {
    const { resource, mapping } = this.#draft;
    const { types } = this.#state;
    const operations = Object.fromEntries(
      Object.values(resource.operations).map((operation) => [operation.role, this.#bind(operation)]),
    ) as ResourceModel['operations'];
    this.#mistakes.throwAll();
    const ownStatus = Object.entries(mapping.data.ownStatus ?? {}).map(([json, type]) => ({ json, type }));
    const bound: ResourceModel = {
      ...resource,
      operations,
      ownStatus,
      spec: types.structureOf(`${resource.kind}Spec`, [...this.#spec.values()]),
      status: types.structureOf(`${resource.kind}Status`, [...this.#status.values()]),
    };
    return withFacts(bound, [...this.#facts, ...leftOutFacts(this.#draft)]);
  }

  #specFields(): ReadonlyMap<string, FieldModel> {
    const { resource } = this.#draft;
    const { create, update } = resource.operations;
    const fields = new Map<string, FieldModel>();
    for (const operation of [create, update]) {
      if (!operation) continue;
      for (const member of membersOf(this.#state.model, operation.inputShape)) {
        if (fields.has(member.name) || this.#mappedInput(operation.role, member.name) !== undefined) continue;
        if (operation.role === 'update' && this.#isServerKey(member.name)) continue;
        const field = this.#fieldOf('inputs', operation.role, member);
        // What only an update takes cannot be demanded of an object that is created, and AWS's name for it is metadata.name's.
        const isRequired = field.required && operation.role === 'create' && field.json !== resource.nameField;
        fields.set(member.name, { ...field, required: isRequired });
        this.#fact(
          `spec.${field.json}`,
          `${member.name} of ${operation.name}${isRequired ? ', required' : ''}`,
          operation.inputShape,
        );
      }
    }
    return fields;
  }

  /** What finds the resource and is not given at its creation is AWS's own: it is shown in the status. */
  #isServerKey(name: string): boolean {
    const { resource } = this.#draft;
    const keys = membersOf(this.#state.model, resource.operations.read.inputShape);
    return this.#isArn(name) || keys.some((key) => key.name === name);
  }

  #isArn(name: string): boolean {
    return Object.values(this.#draft.resource.arnMembers).includes(name);
  }

  #answered(operation: OperationModel): readonly AnsweredMember[] {
    return answeredMembers(this.#state.model, this.#draft.resource, operation);
  }

  #statusFields(): ReadonlyMap<string, FieldModel> {
    const { resource, mapping } = this.#draft;
    const fields = new Map<string, FieldModel>();
    const shown = Object.entries(mapping.data.fields ?? {}).filter(([, field]) => field.status);
    for (const [name] of shown) {
      const field = this.#spec.get(name);
      const answer = this.#answered(resource.operations.read).find((member) => member.name === name);
      if (!field || !answer) {
        const text = `${name} is not both a field of the spec and a member that ${resource.operations.read.name} answers`;
        this.#mistakes.add(errorAt(mapping, ['fields', name, 'status'], text));
        continue;
      }
      fields.set(name, { ...this.#fieldOf('outputs', 'read', answer), required: false });
    }
    for (const operation of [resource.operations.read, resource.operations.create]) {
      const pages = this.#pageMembers(operation);
      for (const member of this.#answered(operation)) {
        if (pages.has(member.name)) continue;
        if (fields.has(member.name) || this.#spec.has(member.name)) continue;
        if (
          member.name === resource.arnMembers[operation.role] ||
          this.#mappedOutput(operation.role, member.name) !== undefined
        )
          continue;
        const field = this.#fieldOf('outputs', operation.role, member);
        fields.set(member.name, { ...field, required: false });
        this.#fact(`status.${field.json}`, `${member.name} of ${operation.name}`, operation.outputShape);
      }
    }
    return fields;
  }

  #bind(operation: OperationModel): OperationModel {
    const { model, types } = this.#state;
    const nested = new NestedBindings(types, this.#draft, this.#spec, this.#mistakes);
    return {
      ...operation,
      input: membersOf(model, operation.inputShape).flatMap((member) => {
        const input = this.#mistakes.attempt(() => this.#input(operation, member));
        return [...(input ? [input] : []), ...nested.inputs(operation.role, member)];
      }),
      output:
        operation.role === 'read' || operation.role === 'create'
          ? this.#answered(operation).flatMap((member) => [
              ...this.#outputs(operation, member),
              ...nested.outputs(operation.role, member),
            ])
          : [],
    };
  }

  #input(operation: OperationModel, member: Member): InputModel | undefined {
    const { resource, mapping } = this.#draft;
    const source = this.#mappedInput(operation.role, member.name);
    if (source === 'none') return undefined;
    const type = this.#typeOf('inputs', operation.role, member);
    const base = { sdk: member.name, type, required: member.traits.required === true };
    if (typeof source === 'object') return { ...base, ...byAnnotation(resource.group, source) };
    if (source === 'arn' || (source === undefined && this.#isArn(member.name))) return this.#byArn(base, member.name);
    // A token of the user's is for the create: repeated, AWS would take another call for the same one.
    if (operation.role !== 'create' && this.#isToken(member))
      return base.required || member.traits.idempotencyToken ? { ...base, from: 'token' } : undefined;
    const path = this.#inputPath(operation, member, source);
    if (!path) {
      // An operation may know options that the object does not have (a page size); what it cannot do without must be found.
      if (!base.required) return undefined;
      throw errorAt(
        mapping,
        ['kind'],
        `${operation.name} needs ${member.name}, which is no field of ${resource.kind}; bind it under inputs.${operation.role}`,
      );
    }
    if (source === undefined && member.name === mapping.data.arnEnd) return { ...base, from: 'arnEnd', path };
    return { ...base, from: member.traits.idempotencyToken ? 'token' : 'path', path };
  }

  /** The field that fills a member: the one that the mapping names, or that of the member's name. */
  #inputPath(
    operation: OperationModel,
    { name, traits }: Member,
    source: string | undefined,
  ): readonly string[] | undefined {
    const path = this.#pathOf(source ?? name);
    const isChoice = source === undefined && traits.required !== true && name !== this.#draft.mapping.data.arnEnd;
    // A read that asks for what was seen last, a version for instance, is never answered what came after.
    return operation.role === 'read' && isChoice && path?.[0] === 'status' ? undefined : path;
  }

  /** The model does not mark each member that repeats the token of the create. */
  #isToken({ name, traits }: Member): boolean {
    const { create } = this.#draft.resource.operations;
    const isToken = (member: Member) => member.name === name && member.traits.idempotencyToken === true;
    return traits.idempotencyToken === true || membersOf(this.#state.model, create.inputShape).some(isToken);
  }

  /** Found by its ARN; until there is one, by the field of the member's own name if there is such a field. */
  #byArn(base: Omit<InputModel, 'from'>, name: string): InputModel {
    const path = this.#isArn(name) ? undefined : this.#pathOf(name);
    return { ...base, from: 'arn', ...(path && { path }) };
  }

  #outputs(operation: OperationModel, member: AnsweredMember): readonly OutputModel[] {
    const type = this.#typeOf('outputs', operation.role, member);
    const sdk = [...member.within, member.name];
    if (member.name === this.#draft.resource.arnMembers[operation.role]) return [{ sdk, path: arnPath, type }];
    const name = this.#mappedOutput(operation.role, member.name) ?? member.name;
    const [spec, status] = [this.#spec.get(name), this.#status.get(name)];
    return [
      ...(spec ? [{ sdk, path: ['spec', spec.json], type }] : []),
      ...(status ? [{ sdk, path: ['status', status.json], type }] : []),
    ];
  }

  /** The type of a member without what the mapping leaves out below it. */
  #typeOf(side: 'inputs' | 'outputs', role: OperationRole, { name, target }: Member): TypeModel {
    const bound: InputMapping =
      (side === 'inputs' ? this.#draft.mapping.data.inputs : this.#outputMapping())?.[role] ?? {};
    const paths = Object.entries(bound)
      .filter(([member, source]) => source === 'none' && member.startsWith(`${name}.`))
      .map(([member]) => member.split('.').slice(1));
    return leaveOut(this.#state.types.typeOf(target), paths);
  }

  #fieldOf(side: 'inputs' | 'outputs', role: OperationRole, member: Member): FieldModel {
    return { ...this.#state.types.fieldOf(member), type: this.#typeOf(side, role, member) };
  }

  #outputMapping(): Readonly<Partial<Record<OperationRole, MemberMapping>>> | undefined {
    return this.#draft.mapping.data.outputs;
  }

  #pathOf(name: string): readonly string[] | undefined {
    const spec = this.#spec.get(name);
    if (spec) return ['spec', spec.json];
    const status = this.#status.get(name);
    return status ? ['status', status.json] : undefined;
  }

  #pageMembers({ name }: OperationModel): ReadonlySet<string> {
    const operation = this.#state.model.operations.get(name);
    return operation ? pageMembers(operation) : new Set();
  }

  #mappedInput(role: OperationRole, member: string): InputMapping[string] | undefined {
    if (role === 'update' && this.#flags().has(member)) return 'none';
    return this.#draft.mapping.data.inputs?.[role]?.[member];
  }

  /** Members of the update's input that clear a field; the runtime sets them, they are no fields. */
  #flags(): ReadonlySet<string> {
    const rules = Object.values(this.#draft.mapping.data.fields ?? {});
    return new Set(
      rules.flatMap(({ clear }) => {
        if (typeof clear !== 'object' || 'emptyLists' in clear) return [];
        return ['flag' in clear ? clear.flag : clear.keys];
      }),
    );
  }

  #mappedOutput(role: OperationRole, member: string): string | undefined {
    return this.#outputMapping()?.[role]?.[member];
  }

  /** Every member that the mapping binds must be one of its operation's, and what it is bound to a member of create, update or read. */
  #checkMappedMembers(): void {
    const { resource, mapping } = this.#draft;
    const { model } = this.#state;
    const { create, update, read } = resource.operations;
    const inputs = [create, ...(update ? [update] : [])].flatMap(({ inputShape }) => membersOf(model, inputShape));
    const answers = [read, create].flatMap((operation) => this.#answered(operation));
    const fields = [...inputs, ...answers].map(({ name }) => name);
    const mistakes = new Mistakes();
    const check = (side: 'inputs' | 'outputs', role: OperationRole, bound: InputMapping): void => {
      const operation = resource.operations[role];
      if (!operation) {
        mistakes.add(errorAt(mapping, [side, role], `has no effect: ${resource.kind} has no ${role} operation`));
        return;
      }
      const known = side === 'inputs' ? membersOf(model, operation.inputShape) : this.#answered(operation);
      const members = known.map(({ name }) => name);
      for (const [member, field] of Object.entries(bound)) {
        const [top = ''] = member.split('.');
        const add = (message: string) => mistakes.add(errorAt(mapping, [side, role, member], message));
        if (!members.includes(top)) add(`${operation.name} has no member ${top}${suggestion(top, members)}`);
        // What lies deeper is checked where it is bound.
        if (!members.includes(top) || top !== member) continue;
        if (side === 'inputs' && role === 'update' && this.#flags().has(member))
          add('has no effect: it is a flag that clears a field');
        if (typeof field === 'object') continue;
        const isWord = field === 'none' || (side === 'inputs' && field === 'arn');
        if (!isWord && !fields.includes(field))
          add(`${resource.kind} has no field ${field}${suggestion(field, fields)}`);
      }
    };
    for (const [role, bound] of Object.entries(mapping.data.inputs ?? {}))
      check('inputs', role as OperationRole, bound);
    for (const [role, bound] of Object.entries(mapping.data.outputs ?? {}))
      check('outputs', role as OperationRole, bound);
    mistakes.throwAll();
  }

  #fact(path: string, text: string, shape: string): void {
    this.#facts.push({ path, text, source: { kind: 'model', shape } });
  }
}

/** What the mapping leaves out: nothing else of the resource tells of it. */
function leftOutFacts({ mapping, resource: { operations } }: Draft): readonly Fact[] {
  return (['inputs', 'outputs'] as const).flatMap((side) =>
    Object.entries(mapping.data[side] ?? {}).flatMap(([role, bound]: [string, InputMapping]) =>
      Object.keys(bound)
        .filter((member) => bound[member] === 'none')
        .map((member): Fact => {
          const { name } = operations[role as OperationRole] ?? { name: role };
          const text = `${member} is left out of what ${name} ${side === 'inputs' ? 'is sent' : 'answers'}`;
          return { path: '', text, source: { kind: 'mapping', location: mapping.locate([side, role, member]) } };
        }),
    ),
  );
}
