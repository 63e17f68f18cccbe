// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readModel } from '../../../generator/model/read-model.ts';
import { REFUSED_TOGETHER, WANTED_BESIDES } from './input-choices.ts';
import { allKinds } from './kinds/all-kinds.ts';
import type { KindRules } from './kinds/kind-rules.ts';
import { fullInput, minimalInput } from './minimal-input.ts';
import type { Data } from './resource.ts';
import { createSageMakerService, type SageMakerService } from './sagemaker-service.ts';
import { createManualClock, type SimulatorClock } from './simulator-clock.ts';
import { World } from './world.ts';

const MODEL_FILE = fileURLToPath(new URL('../../../api-models/sagemaker/model.json', import.meta.url));
const model = readModel(await readFile(MODEL_FILE, 'utf8'), MODEL_FILE);
const SCOPE = { account: '111122223333', region: 'us-west-2' };
const MINUTE = 60_000;

let world: World;
let clock: SimulatorClock;
let service: SageMakerService;

beforeEach(() => {
  clock = createManualClock(Date.UTC(2026, 0, 1));
  world = new World({ clock });
  service = createSageMakerService(model, world, allKinds, () => 0.5);
});

function call(operation: string, input: Data): Data {
  world.settle();
  return service.call(operation, JSON.stringify(input), SCOPE);
}

function failure(operation: string, input: Data): string {
  try {
    call(operation, input);
    return 'succeeded';
  } catch (error) {
    return `${(error as { code?: string }).code}: ${(error as Error).message}`;
  }
}

function rulesOf(kind: string): KindRules {
  return allKinds.find((rules) => rules.kind === kind)!;
}

/** Makes what it refers to, then the thing itself, with nothing but what is required. */
function create(rules: KindRules, given: Data = {}): { readonly input: Data; readonly output: Data } {
  const input = minimalInput(model, rules.operations.create, { ...WANTED_BESIDES[rules.kind], ...given });
  for (const reference of rules.references?.(input) ?? []) {
    const target = rulesOf(reference.kind);
    if (target.kind === 'Domain') plantDomain(reference.name);
    else if (!world.find(SCOPE, target.kind, reference.name)) create(target);
  }
  if (rules.kind === 'Endpoint' && !world.find(SCOPE, 'EndpointConfig', 'thing')) create(rulesOf('EndpointConfig'));
  return { input, output: call(rules.operations.create, input) };
}

function plantDomain(DomainId: string): void {
  if (world.find(SCOPE, 'Domain', DomainId)) return;
  const arn = `arn:aws:sagemaker:us-west-2:111122223333:domain/${DomainId}`;
  world.add({ kind: 'Domain', scope: SCOPE, key: DomainId, arn, data: { DomainId, Status: 'InService' } });
}

/** The members by which operations on one resource name it. */
function keyIn(rules: KindRules, operation: string, input: Data, output: Data): Data {
  const known: Data = { ...input, ...output };
  const shape = model.shapes.get(model.operations.get(operation)!.input);
  const key: Record<string, unknown> = {};
  if (shape?.kind !== 'structure') return key;
  for (const { name, traits } of shape.members) {
    if (rules.key.includes(name) && known[name] !== undefined) key[name] = known[name];
    else if (traits.required) key[name] = known[name] ?? known[rules.arnMember];
  }
  return key;
}

const EVERY = allKinds.map((rules) => [rules.kind, rules] as const);

test('has all 26 kinds, and knows their operations', () => {
  expect(allKinds).toHaveLength(26);
  for (const rules of allKinds) {
    const { list, ...operations } = rules.operations;
    for (const name of [...Object.values(operations), list?.operation])
      expect(model.operations.has(name ?? '')).toBe(true);
  }
});

test.each(EVERY)('%s is created, described, listed, settles and goes', (_, rules) => {
  const { create: _create, describe, delete: remove, list } = rules.operations;
  const { input, output } = create(rules);
  expect(String(output[rules.arnMember])).toMatch(/^arn:aws:sagemaker:us-west-2:111122223333:/);
  const key = keyIn(rules, describe, input, output);
  const fresh = call(describe, key);
  const status = rules.lifecycle.kind === 'config' ? undefined : rules.lifecycle.status;
  if (rules.lifecycle.kind === 'service') expect(fresh[status!]).toBe(rules.lifecycle.creating);
  clock.advance(10 * MINUTE);
  const settled = call(describe, key);
  if (rules.lifecycle.kind === 'service') expect(settled[status!]).toBe(rules.lifecycle.settled);
  if (rules.lifecycle.kind === 'job') expect(settled[status!]).toBe(rules.lifecycle.completed);
  const page = Object.values(call(list!.operation, minimalInput(model, list!.operation))).find(Array.isArray);
  expect(page).toHaveLength(1);
  if (!remove) return;
  if (rules.kind === 'NotebookInstance') call('StopNotebookInstance', key);
  clock.advance(MINUTE);
  world.settle();
  call(remove, { ...minimalInput(model, remove), ...keyIn(rules, remove, input, output) });
  clock.advance(48 * 60 * MINUTE);
  expect(failure(describe, key)).toMatch(/^(ValidationException|ResourceNotFound): /);
});

test.each(EVERY)('%s takes every member there is, and describes what it was given', (kind, rules) => {
  const { create: operation, describe } = rules.operations;
  create(rules);
  for (const resource of [...world.all()]) if (resource.kind === kind) world.remove(resource);
  const input = fullInput(model, operation, REFUSED_TOGETHER[kind]);
  const output = call(operation, input);
  const described = call(describe, keyIn(rules, describe, input, output));
  const shape = model.shapes.get(model.operations.get(describe)!.output);
  if (shape?.kind !== 'structure') throw new Error('no output');
  for (const { name } of shape.members) {
    const given = input[name];
    if (given === undefined || name === 'Tags') continue;
    if (typeof given === 'object') expect(described[name]).toBeDefined();
    else expect({ [name]: described[name] }).toEqual({ [name]: given });
  }
});

const UPDATED = EVERY.filter(
  ([kind, rules]) => rules.operations.update && kind !== 'TrainingJob' && kind !== 'Endpoint',
);

test.each(UPDATED)('%s takes every member of an update, when it has settled, and settles again', (kind, rules) => {
  const { describe, update } = rules.operations;
  const { input, output } = create(rules);
  if (rules.lifecycle.kind === 'service') {
    const early = failure(update!, { ...minimalInput(model, update!), ...keyIn(rules, update!, input, output) });
    expect(`${kind} ${early}`).toMatch(kind === 'ModelPackage' ? /succeeded/ : /ValidationException/);
  }
  clock.advance(MINUTE);
  const key = keyIn(rules, describe, input, output);
  if (kind === 'NotebookInstance') call('StopNotebookInstance', key);
  clock.advance(MINUTE);
  call(update!, { ...fullInput(model, update!), ...keyIn(rules, update!, input, output) });
  clock.advance(MINUTE);
  const { lifecycle } = rules;
  if (lifecycle.kind !== 'service') return;
  expect(call(describe, key)[lifecycle.status]).toBe(
    lifecycle.updating ? (lifecycle.updated ?? lifecycle.settled) : lifecycle.settled,
  );
});

test.each(EVERY.filter(([, rules]) => rules.exists))('%s is made only once under a name', (_, rules) => {
  create(rules);
  const input = minimalInput(model, rules.operations.create, WANTED_BESIDES[rules.kind]);
  const answer = failure(rules.operations.create, rules.token ? { ...input, [rules.token]: 'b'.repeat(32) } : input);
  expect(answer).toMatch(
    /^(ValidationException|ResourceInUse|ConflictException): .*(already exist|Already Exist|duplicate)/,
  );
});

test.each(EVERY.filter(([, { lifecycle }]) => lifecycle.kind !== 'config'))(
  '%s fails with the reason that was asked for',
  (kind, rules) => {
    const { input, output } = create(rules);
    for (const resource of world.all()) if (resource.kind === kind) resource.failureReason = 'Because.';
    clock.advance(10 * MINUTE);
    const failed = call(rules.operations.describe, keyIn(rules, rules.operations.describe, input, output));
    if (rules.lifecycle.kind !== 'config') expect(failed[rules.lifecycle.status]).toBe(rules.lifecycle.failed);
  },
);

test.each(EVERY.filter(([, rules]) => rules.operations.stop))('%s can be stopped while it runs', (_, rules) => {
  const { input, output } = create(rules);
  const { describe, stop } = rules.operations;
  const stopping = { ...minimalInput(model, stop!), ...keyIn(rules, stop!, input, output) };
  call(stop!, stopping);
  clock.advance(MINUTE);
  const { lifecycle } = rules;
  if (lifecycle.kind !== 'job') throw new Error('only jobs are stopped');
  expect(call(describe, keyIn(rules, describe, input, output))[lifecycle.status]).toBe(lifecycle.stopped);
  expect(failure(stop!, stopping)).toMatch(/^ValidationException: .*Stopped/);
});

test('a notebook is updated only while it is stopped, and a flag takes a member away', () => {
  const NotebookInstanceName = 'thing';
  create(rulesOf('NotebookInstance'), { LifecycleConfigName: 'config', SecurityGroupIds: ['sg-1'] });
  const update = { NotebookInstanceName, DisassociateLifecycleConfig: true, VolumeSizeInGB: 7 };
  clock.advance(MINUTE);
  const described = call('DescribeNotebookInstance', { NotebookInstanceName });
  expect(described).toMatchObject({
    NotebookInstanceLifecycleConfigName: 'config',
    SecurityGroups: ['sg-1'],
    VolumeSizeInGB: 5,
  });
  expect(failure('UpdateNotebookInstance', update)).toMatch(/Status \(InService\) not in/);
  call('StopNotebookInstance', { NotebookInstanceName });
  clock.advance(MINUTE);
  call('UpdateNotebookInstance', update);
  clock.advance(MINUTE);
  const updated = call('DescribeNotebookInstance', { NotebookInstanceName });
  expect(updated).toMatchObject({ NotebookInstanceStatus: 'Stopped', VolumeSizeInGB: 7 });
  expect(updated['NotebookInstanceLifecycleConfigName']).toBeUndefined();
  call('StartNotebookInstance', { NotebookInstanceName });
  clock.advance(MINUTE);
  expect(call('DescribeNotebookInstance', { NotebookInstanceName })['NotebookInstanceStatus']).toBe('InService');
});

test('a repeated Create with the same token is the same resource', () => {
  const first = create(rulesOf('PipelineExecution'));
  const again = call('StartPipelineExecution', first.input);
  expect(again).toEqual(first.output);
  world.settle();
  expect(world.shelf(SCOPE, 'PipelineExecution').size).toBe(1);
});

test('a deleted App is still described, and its name is free', () => {
  const rules = rulesOf('App');
  const { input, output } = create(rules);
  clock.advance(MINUTE);
  const key = keyIn(rules, 'DescribeApp', input, output);
  call('DeleteApp', key);
  clock.advance(MINUTE);
  expect(call('DescribeApp', key)['Status']).toBe('Deleted');
  expect(failure('DeleteApp', key)).toMatch(/^ResourceNotFound/);
  call('CreateApp', input);
  expect(call('DescribeApp', key)['Status']).toBe('Pending');
});

test('versions of a model package are counted in their group', () => {
  create(rulesOf('ModelPackageGroup'));
  const input = { ModelPackageGroupName: 'thing' };
  expect(call('CreateModelPackage', { ...input, ClientToken: 'a'.repeat(32) })['ModelPackageArn']).toMatch(/thing\/1$/);
  const { ModelPackageArn } = call('CreateModelPackage', { ...input, ClientToken: 'b'.repeat(32) });
  expect(ModelPackageArn).toMatch(/thing\/2$/);
  call('UpdateModelPackage', {
    ModelPackageArn,
    ModelApprovalStatus: 'Approved',
    CustomerMetadataProperties: { a: 'b' },
  });
  expect(call('DescribeModelPackage', { ModelPackageName: ModelPackageArn })).toMatchObject({
    ModelPackageVersion: 2,
    ModelApprovalStatus: 'Approved',
    CustomerMetadataProperties: { a: 'b' },
  });
});
