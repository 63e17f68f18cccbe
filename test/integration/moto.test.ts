// SPDX-License-Identifier: Apache-2.0
//
// The controller against moto, a SageMaker that nobody here wrote: what it and the simulator agree on is no assumption of ours.
import { ListTagsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { sagemaker } from '../../generated/sagemaker/service.ts';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import { cacheRoot } from '../environment/control-plane/cache.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
import { allKinds } from '../environment/simulator/kinds/all-kinds.ts';
import { preparePython } from '../environment/simulator/python-environment.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { MOTO_PACKAGES, type Moto, readMotoOperations, startMoto } from '../support/moto.ts';
import { createSpecValues, readServiceModel } from '../support/spec-values.ts';

/** Where moto is not like AWS, by kind: what the controller makes of it. One that is like AWS after all has to leave the list. */
const differences: Readonly<Record<string, Difference>> = {
  ModelExplainabilityJobDefinition: {
    reason: 'moto breaks down (HTTP 500) without members that AWS does not require',
    created: /^ACK\.Recoverable NoAnswer: .*HTTP 500/,
  },
  ModelQualityJobDefinition: {
    reason: 'moto breaks down (HTTP 500) without members that AWS does not require',
    created: /^ACK\.Recoverable NoAnswer: .*HTTP 500/,
  },
  NotebookInstanceLifecycleConfig: {
    reason: 'moto breaks down (HTTP 500) over its tags',
    tagged: /^ACK\.Recoverable NoAnswer: .*AddTags.*HTTP 500/,
  },
  ProcessingJob: {
    reason: 'moto does not show the processing resources that it was given',
    created: /^ACK\.Advisory Differs: .*spec\.processingResources/,
  },
};

interface Difference {
  readonly reason: string;
  /** What the object says in place of settling. */
  readonly created?: RegExp;
  /** What it says in place of going. */
  readonly deleted?: RegExp;
  /** What it says in place of taking an edit of its tags. */
  readonly tagged?: RegExp;
}

/** An edit of each kind whose update moto serves, and the member of Describe that tells of it. */
const EDITS: Readonly<Record<string, { readonly field: string; readonly value: string; readonly member: string }>> = {
  Pipeline: { field: 'pipelineDisplayName', value: 'another', member: 'PipelineDisplayName' },
};

const python = await preparePython(MOTO_PACKAGES, cacheRoot());
const required = process.env['CI'] === 'true';

if (python.kind === 'missing') {
  if (!required) process.stderr.write(`the controller is not tried against moto here: ${python.reason}\n`);
  (required ? test : test.skip)('moto can be installed', () => {
    throw new Error(python.kind === 'missing' ? python.reason : '');
  });
} else {
  const serves = await readMotoOperations(python.python);
  const model = readServiceModel();
  // Of a kind without rules nobody could tell which of the two is wrong.
  const written = new Set(allKinds.map(({ kind }) => kind));
  const served = sagemaker.resources.filter(
    // Its runs have ended when they are looked at: they need no stop.
    ({ kind, operations: { create, read, delete: remove }, lifecycle }) =>
      written.has(kind) &&
      serves(create.name) &&
      serves(read.name) &&
      (lifecycle.delete !== 'delete' || serves(remove?.name ?? '')),
  );
  const kinds = served.map(({ kind }) => kind);
  // Each is named like what the others refer to.
  const NAME = 'thing';
  let cluster: TestCluster;
  let moto: Moto;
  let controller: ControllerProcess;
  let namespace: string;

  beforeAll(async () => {
    cluster = connectTestCluster();
    moto = await startMoto(python.python);
    await cluster.installCrds();
    namespace = await cluster.namespace();
    const flags = [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`];
    controller = await startController({ kubeconfig: cluster.kubeconfig, awsUrl: moto.url, flags });
    await controller.ready();
    // What is referred to comes first: moto says that it is missing in words of its own.
    for (const definition of served.toSorted((a, b) => b.kind.length - a.kind.length).toReversed()) {
      const values = createSpecValues(model, definition);
      const { [definition.nameField ?? '']: _, ...spec } = values.specOf(values.fewest);
      const apiVersion = `${definition.group}/${definition.version}`;
      const body = { apiVersion, kind: definition.kind, metadata: { name: NAME, namespace }, spec };
      await cluster.client.create(sagemakerType(definition.kind), namespace, body);
    }
  }, 180_000);

  afterAll(async () => {
    await controller?.stop();
    await moto?.stop();
    await cluster?.close();
  }, 60_000);

  test('moto serves most kinds', () => {
    expect(kinds.length).toBeGreaterThanOrEqual(10);
    expect(Object.keys(differences).filter((kind) => !kinds.includes(kind))).toEqual([]);
  });

  test.each(kinds)(
    '%s is created and shown',
    async (kind) => {
      const type = sagemakerType(kind);
      const expected = differences[kind]?.created;
      const holds = (one: CustomResource | undefined) => (expected ? expected.test(problemOf(one)) : hasSettled(one));
      const object = await cluster.until(type, { namespace, name: NAME }, holds, 60_000);
      if (expected) return;
      expect(problemOf(object)).toBe('');
      expect(object.status?.ackResourceMetadata?.arn).toMatch(/^arn:aws:sagemaker:us-west-2:123456789012:/);
      const field = sagemaker.resources.find((one) => one.kind === kind)?.lifecycle.statusField;
      if (field !== undefined) expect(object.status?.[field]).toEqual(expect.any(String));
    },
    90_000,
  );

  const editable = served.filter(({ operations }) => serves(operations.update?.name ?? ''));
  test('moto serves the updates of some kinds', () => {
    expect(editable.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(EDITS).toSorted());
  });

  /** Edits the object, waits until it is in sync with that, and answers it. */
  async function edited(kind: string, spec: Readonly<Record<string, unknown>>): Promise<CustomResource> {
    const type = sagemakerType(kind);
    const key = { namespace, name: NAME };
    const { metadata } = await cluster.client.patch<CustomResource>(type, key, { spec }, { type: 'merge' });
    const hasSeen = (one: CustomResource | undefined): boolean =>
      hasSettled(one) && one?.status?.observedGeneration === metadata.generation;
    return cluster.until(type, key, hasSeen, 60_000);
  }

  test.each(editable.map((definition) => [definition.kind, definition] as const))(
    '%s takes an edit',
    async (kind, { operations: { read } }) => {
      const { field = '', value, member = '' } = EDITS[kind] ?? {};
      const object = await edited(kind, { [field]: value });
      expect(problemOf(object)).toBe('');
      const key = read.input.map(({ sdk, path }) => [sdk, specValue(object, path) ?? arnOf(object)]);
      const found = await ask(new read.command(Object.fromEntries(key)));
      expect(found[member]).toBe(value);
    },
    90_000,
  );

  test.each(served.filter(({ tags }) => tags).map((definition) => [definition.kind, definition] as const))(
    '%s takes edits of its tags',
    async (kind, { tags }) => {
      const { created, tagged } = differences[kind] ?? {};
      if (created || !tags) return;
      const tag = (key: string) => ({ [tags.key]: key, [tags.value]: 'x' });
      if (tagged) {
        const { client } = cluster;
        await client.patch(
          sagemakerType(kind),
          { namespace, name: NAME },
          { spec: { [tags.field]: [tag('a')] } },
          { type: 'merge' },
        );
        const refused = (one: CustomResource | undefined): boolean => tagged.test(problemOf(one));
        await cluster.until(sagemakerType(kind), { namespace, name: NAME }, refused, 60_000);
        return;
      }
      await edited(kind, { [tags.field]: [tag('goes'), tag('stays')] });
      const object = await edited(kind, { [tags.field]: [tag('stays'), tag('comes')] });
      expect(problemOf(object)).toBe('');
      const { Tags = [] } = await ask(new ListTagsCommand({ ResourceArn: arnOf(object) }));
      const keys = (Tags as readonly { readonly Key?: string }[]).map(({ Key = '' }) => Key);
      // moto keeps a tag twice that is added twice, which AWS does not.
      const own = [...new Set(keys)].filter((key) => !key.startsWith('services.k8s.aws/'));
      expect(own.toSorted()).toEqual(['comes', 'stays']);
    },
    90_000,
  );

  /** Asks moto itself. */
  async function ask(command: unknown): Promise<Readonly<Record<string, unknown>>> {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const client = new SageMakerClient({ endpoint: moto.url, region: 'us-west-2', credentials });
    try {
      return (await client.send(command as never)) as unknown as Readonly<Record<string, unknown>>;
    } finally {
      client.destroy();
    }
  }

  describe('when it is deleted', () => {
    beforeAll(async () => {
      for (const kind of kinds.toReversed())
        await cluster.client.delete(sagemakerType(kind), { namespace, name: NAME });
    }, 60_000);

    test.each(kinds)(
      '%s goes',
      async (kind) => {
        const expected = differences[kind]?.deleted;
        const type = sagemakerType(kind);
        if (expected) {
          const blocked = (object: CustomResource | undefined): boolean => expected.test(problemOf(object));
          await cluster.until(type, { namespace, name: NAME }, blocked, 60_000);
        } else await cluster.untilGone(type, { namespace, name: NAME }, 60_000);
      },
      90_000,
    );
  });
}

function arnOf(object: CustomResource): string {
  return object.status?.ackResourceMetadata?.arn ?? '';
}

function specValue(object: CustomResource, [root, field]: readonly string[] = []): unknown {
  if (root !== 'spec' || field === undefined) return undefined;
  return object.spec?.[field] ?? (/Name$/.test(field) ? object.metadata.name : undefined);
}

function hasSettled(object: CustomResource | undefined): boolean {
  const { conditions } = object?.status ?? {};
  return isTrue(conditions, 'Ready') || isTrue(conditions, 'ACK.Terminal');
}

/** What the object says is wrong, in AWS's words. */
function problemOf(object: CustomResource | undefined): string {
  const bad = (object?.status?.conditions ?? []).filter(
    ({ type, status }) => status === 'True' && /^ACK\.(Terminal|Recoverable|Advisory)$/.test(type),
  );
  return bad.map(({ type, reason, message }) => `${type} ${reason}: ${message}`).join('; ');
}
