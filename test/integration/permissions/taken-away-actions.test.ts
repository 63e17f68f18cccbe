// SPDX-License-Identifier: Apache-2.0
//
// Every action of every kind's policy is taken away while an object of the kind needs it: the object says which one is missing, and goes
// on when it is given back. Where the controller promises to do without, it says so and does. Installed for one namespace alone.
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { isTrue } from '../../../runtime/reconcile/conditions.ts';
import { isAtRest, type Part } from '../../support/cast.ts';
import { eventually } from '../../support/eventually.ts';
import { type Company, gather, type Judge } from './company.ts';
import { type GrantedActions, LINK_ROLE, PASS_ROLE, readKindPolicy } from './policies.ts';

const kinds = sagemaker.resources.map(({ kind }) => kind);
const lists = sagemaker.resources.flatMap(({ list }) => (list ? [list.name] : []));
const { add, remove, list } = sagemaker.tagging ?? {};

let company: Company;
let granted: ReadonlyMap<string, GrantedActions>;
/** The actions that the object of a kind, or the log about it, has said to be missing. */
const told = new Map(kinds.map((kind) => [kind, new Set<string>()]));
let looks = 0;

const atRest: Judge = ({ definition }, object) => (isAtRest(definition, object) ? undefined : 'is not at rest');
const gone: Judge = (_, object) => (object ? 'is still there' : undefined);

/** Waits until every object has said that its action is missing; undefined is for an object that needs none now. */
async function untilTold(action: (part: Part) => string | undefined, more?: Judge): Promise<void> {
  const asked = company.parts.filter((part) => action(part) !== undefined);
  expect(asked.length).toBeGreaterThan(0);
  await company.until(asked, (part, object) => {
    const said = told.get(part.definition.kind);
    for (const { message = '' } of object?.status?.conditions ?? []) {
      for (const [, name = ''] of message.matchAll(/is not authorized to perform: (\S+) on/g)) said?.add(name);
    }
    const wanted = action(part) ?? '';
    return said?.has(wanted) ? more?.(part, object) : `does not say that ${wanted} is missing`;
  });
}

/** From now on these are refused, and the Lists, which nothing may depend on. */
function withhold(...actions: readonly (string | undefined)[]): void {
  const refused = new Set(
    [...actions, ...lists].map((name) => (name?.startsWith('iam:') ? name : `sagemaker:${name}`)),
  );
  company.simulator.authorize(({ action }) => !refused.has(action));
}

/** An edit that changes nothing, so that nobody waits for a slow retry. */
async function touch(): Promise<void> {
  looks += 1;
  const patch = { metadata: { annotations: { 'example.com/look': String(looks) } } };
  await Promise.all(company.parts.map((part) => company.edit(part, patch)));
}

const operationsOf = (role: keyof ResourceDefinition['operations']): readonly (string | undefined)[] =>
  sagemaker.resources.map(({ operations }) => operations[role]?.name);
const sagemakerAction = (name: string | undefined): string | undefined => name && `sagemaker:${name}`;

beforeAll(async () => {
  company = await gather(['--set=installScope=namespace', '--set=role.readNamespaces=false'], {
    // Runs run until they are stopped.
    durations: Object.fromEntries(
      kinds.flatMap((kind) => [`${kind}.run`, `${kind}.Training`].map((step) => [step, 1e9])),
    ),
  });
  granted = new Map(await Promise.all(kinds.map(async (kind) => [kind, await readKindPolicy(kind)] as const)));
  await company.start(`--watch-namespace=${company.namespace}`);
}, 900_000);

afterAll(() => company?.close(), 60_000);

test('without Create, nothing is created, and everything says why', async () => {
  withhold(...operationsOf('create'));
  await Promise.all(company.parts.map((part) => company.create(part)));
  await untilTold(({ definition }) => sagemakerAction(definition.operations.create.name));
}, 240_000);

test('without PassRole, what has a role is not created', async () => {
  withhold(PASS_ROLE);
  await touch();
  await untilTold(({ definition }) => (granted.get(definition.kind)?.passesRoles ? PASS_ROLE : undefined));
}, 240_000);

test("without the right to make the service's own role, what needs it is not created", async () => {
  withhold(PASS_ROLE, LINK_ROLE);
  await touch();
  await untilTold(({ definition }) => (granted.get(definition.kind)?.linksRole ? LINK_ROLE : undefined));
}, 240_000);

test('without Describe, nothing is seen', async () => {
  // Who knows that AWS refused what was sent creates without a look; who comes back does not know.
  await company.stop();
  withhold(...operationsOf('read'));
  await company.start(`--watch-namespace=${company.namespace}`);
  await touch();
  await untilTold(({ definition }) => sagemakerAction(definition.operations.read.name));
  withhold();
  await touch();
  await company.until(company.parts, atRest);
}, 240_000);

test('without Update, Stop and Start, edits wait', async () => {
  const updated = company.parts.filter(({ edit }) => edit);
  const isStopped = ({ definition }: Part): boolean => definition.operations.start !== undefined;
  withhold(...operationsOf('update'), ...operationsOf('stop'));
  await Promise.all(updated.map((part) => company.edit(part, { spec: part.edit })));
  await untilTold((part) =>
    part.edit === undefined
      ? undefined
      : sagemakerAction(part.definition.operations[isStopped(part) ? 'stop' : 'update']?.name),
  );
  for (const role of ['update', 'start'] as const) {
    withhold(...operationsOf(role));
    await touch();
    await untilTold((part) => (isStopped(part) ? sagemakerAction(part.definition.operations[role]?.name) : undefined));
  }
  withhold();
  await touch();
  await company.until(company.parts, atRest);
}, 300_000);

test.each([
  ['AddTags', add?.name],
  ['DeleteTags', remove?.name],
])(
  'without %s, the tags stay as they are, and the object is as ready as before',
  async (_, operation) => {
    withhold(operation);
    const tagged = company.parts.filter(({ retag }) => retag);
    const spec = (part: Part) => (operation === add?.name ? part.retag : { [part.definition.tags?.field ?? '']: [] });
    await Promise.all(tagged.map((part) => company.edit(part, { spec: spec(part) })));
    const isReady: Judge = (_part, object) =>
      isTrue(object?.status?.conditions, 'ACK.Recoverable') ? 'is not as ready as before' : undefined;
    await untilTold(({ definition }) => (definition.tags ? sagemakerAction(operation) : undefined), isReady);
  },
  240_000,
);

test('without ListTags, a controller that comes back sends the tags all the same', async () => {
  withhold(list?.name);
  const tagged = company.parts.filter(({ retag }) => retag);
  await company.stop();
  await Promise.all(tagged.map((part) => company.edit(part, { spec: part.retag })));
  const from = company.lines.length;
  await company.start(`--watch-namespace=${company.namespace}`);
  await company.until(tagged, (part) => {
    const isLogged = company.lines
      .slice(from)
      .some((line) => line.includes(`"${list?.name}"`) && line.includes(part.name));
    if (isLogged) told.get(part.definition.kind)?.add(`sagemaker:${list?.name}`);
    return isLogged ? undefined : `the log does not say that ${list?.name} is missing`;
  });
  await company.until(tagged, atRest);
  const tagsInAws = new Map(company.simulator.resources.list().map(({ kind, tags }) => [kind, tags]));
  for (const { definition } of tagged) {
    expect(tagsInAws.get(definition.kind)).toMatchObject({ stays: '1', changes: '2', comes: '1' });
  }
}, 240_000);

test('without Lists, all this went well, and the log says what is missing', async () => {
  const lineAbout = (operation: string): string | undefined =>
    company.lines.find((text) => text.includes(`"${operation}"`) && text.includes('is not permitted'));
  // What has settled is listed in its own time, which an edit puts off.
  await eventually(() => lists.every((operation) => lineAbout(operation)), 150_000).catch(() => undefined);
  expect(lists.filter((operation) => !lineAbout(operation))).toEqual([]);
  for (const { kind, list: one } of sagemaker.resources) if (one) told.get(kind)?.add(`sagemaker:${one.name}`);
}, 180_000);

test('without Delete and Stop, nothing goes', async () => {
  const first = ({ definition: { operations, lifecycle } }: Part): string | undefined =>
    lifecycle.delete === 'delete' && lifecycle.stopFirst === undefined
      ? operations.delete?.name
      : operations.stop?.name;
  withhold(...operationsOf('delete'), ...operationsOf('stop'));
  await Promise.all(company.parts.map((part) => company.remove(part)));
  await untilTold((part) => sagemakerAction(first(part)));
  withhold(...operationsOf('delete'));
  await touch();
  await untilTold((part) =>
    first(part) === part.definition.operations.stop?.name
      ? sagemakerAction(part.definition.operations.delete?.name)
      : undefined,
  );
  withhold();
  await touch().catch(() => undefined);
  await company.until(company.parts, gone);
}, 300_000);

test.each(kinds)('each action of the policy of %s was missed when it was gone', (kind) => {
  const policy = granted.get(kind);
  const actions = (policy?.operations ?? []).map((name) => `sagemaker:${name}`);
  const more = [...(policy?.passesRoles ? [PASS_ROLE] : []), ...(policy?.linksRole ? [LINK_ROLE] : [])];
  expect([...(told.get(kind) ?? [])].sort()).toEqual([...more, ...actions].sort());
});
