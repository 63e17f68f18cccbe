// SPDX-License-Identifier: Apache-2.0
//
// The controller against moto, a SageMaker that nobody here wrote: what it and the simulator agree on is no assumption of ours.
import { sagemaker } from '../../generated/sagemaker/service.ts';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import { cacheRoot } from '../environment/control-plane/cache.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
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
}

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
  const served = sagemaker.resources.filter(
    // Its runs have ended when they are looked at: they need no stop.
    ({ operations: { create, read, delete: remove }, lifecycle }) =>
      serves(create.name) && serves(read.name) && (lifecycle.delete !== 'delete' || serves(remove?.name ?? '')),
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
