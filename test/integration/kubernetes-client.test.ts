// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { systemClock } from '../../runtime/clock.ts';
import type { ApiError } from '../../runtime/kubernetes/api-error.ts';
import { createKubernetesClient } from '../../runtime/kubernetes/client.ts';
import type { ClusterAccess } from '../../runtime/kubernetes/cluster-access.ts';
import { createEventRecorder } from '../../runtime/kubernetes/event-recorder.ts';
import { createInformer } from '../../runtime/kubernetes/informer.ts';
import { loadKubeconfig } from '../../runtime/kubernetes/kubeconfig.ts';
import { microTime } from '../../runtime/kubernetes/micro-time.ts';
import { CORE_EVENT, CUSTOM_RESOURCE_DEFINITION, LEASE, NAMESPACE } from '../../runtime/kubernetes/resource-types.ts';
import type {
  CustomResource,
  KubernetesClient,
  KubernetesObject,
  ResourceType,
  WatchEvent,
} from '../../runtime/kubernetes/types.ts';
import { CONFIG_MAP } from '../support/config-map.ts';
import { acquireControlPlane, type TestControlPlane } from '../support/control-plane.ts';
import { createRecordingLog } from '../support/recording-log.ts';

type ConfigMap = KubernetesObject & { readonly data: Record<string, string> };

const GROUP = `t${randomUUID().slice(0, 8)}.example.com`;
const WIDGET: ResourceType = { group: GROUP, version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };
const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

let plane: TestControlPlane;
let access: ClusterAccess;
let client: KubernetesClient;
let namespace: string;

const connect = (to: ClusterAccess): KubernetesClient =>
  createKubernetesClient(to, { fieldManager: 'test', userAgent: 'test', env: process.env });
const errorOf = (promise: Promise<unknown>): Promise<ApiError | undefined> =>
  promise.then(
    () => undefined,
    (error: ApiError) => error,
  );
const configMap = (name: string, v: string): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { set: 'a' } },
  data: { v },
});

beforeAll(async () => {
  plane = await acquireControlPlane();
  access = loadKubeconfig({ path: plane.kubeconfigPath, env: process.env });
  client = connect(access);
  namespace = `client-${randomUUID().slice(0, 8)}`;
  await client.create(NAMESPACE, '', { metadata: { name: namespace } });
  await client.create(CUSTOM_RESOURCE_DEFINITION, '', CRD);
  while (await errorOf(client.list(WIDGET, { namespace }))) await systemClock.sleep(50);
}, 1_200_000);

afterAll(async () => {
  await errorOf(client?.delete(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name: CRD.metadata.name }));
  await errorOf(client?.delete(NAMESPACE, { namespace: '', name: namespace }));
  await client?.close();
  await plane?.stop();
}, 60_000);

describe('against a real API server', () => {
  test('creates, reads, replaces, patches, applies and deletes', async () => {
    const key = { namespace, name: 'crud' };
    const created = await client.create<ConfigMap>(CONFIG_MAP, namespace, configMap('crud', '1'));
    expect(created).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { v: '1' } });
    expect(created.metadata).not.toHaveProperty('managedFields');
    expect(await client.get<ConfigMap>(CONFIG_MAP, key)).toEqual(created);
    const replaced = await client.replace<ConfigMap>(CONFIG_MAP, key, { ...created, data: { v: '2' } });
    expect(replaced.data).toEqual({ v: '2' });
    const patch = { data: { v: null, w: '3' } };
    expect((await client.patch<ConfigMap>(CONFIG_MAP, key, patch, { type: 'merge' })).data).toEqual({ w: '3' });
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'crud' }, data: { x: '4' } };
    expect((await client.patch<ConfigMap>(CONFIG_MAP, key, applied, { type: 'apply' })).data).toEqual({
      w: '3',
      x: '4',
    });
    await client.delete(CONFIG_MAP, key);
    expect(await errorOf(client.get(CONFIG_MAP, key))).toMatchObject({ code: 404, reason: 'NotFound' });
    expect(await errorOf(client.delete(CONFIG_MAP, key))).toMatchObject({ code: 404, reason: 'NotFound' });
  });

  test('refuses what is there already, what is out of date, and what is not valid, each by its reason', async () => {
    const first = await client.create<ConfigMap>(CONFIG_MAP, namespace, configMap('conflict', '1'));
    expect(await errorOf(client.create(CONFIG_MAP, namespace, configMap('conflict', '1')))).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
    });
    const key = { namespace, name: 'conflict' };
    await client.patch(CONFIG_MAP, key, { data: { v: '2' } }, { type: 'merge' });
    const stale = { metadata: { resourceVersion: first.metadata.resourceVersion }, data: { v: '3' } };
    expect(await errorOf(client.patch(CONFIG_MAP, key, stale, { type: 'merge' }))).toMatchObject({
      code: 409,
      reason: 'Conflict',
    });
    expect(await errorOf(client.create(CONFIG_MAP, namespace, configMap('Not Valid', '1')))).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: expect.stringContaining('Not Valid'),
    });
  });

  test('a path that is not served is a 404 that says so', async () => {
    const error = await errorOf(client.list({ ...WIDGET, group: 'nothing.example.com' }, {}));
    expect(error).toMatchObject({ code: 404, reason: 'NotFound' });
    expect(error?.message).toContain('does not serve this path');
  });

  test('lists in pages', async () => {
    for (let n = 0; n < 7; n++) await client.create(WIDGET, namespace, widget(`page-${n}`));
    const names: string[] = [];
    let next: string | undefined;
    let pages = 0;
    do {
      const page = await client.list(WIDGET, { namespace, limit: 3, ...(next !== undefined && { continue: next }) });
      names.push(...page.items.map(({ metadata }) => metadata.name));
      next = page.continue;
      pages++;
    } while (next !== undefined);
    expect([pages, names]).toEqual([3, Array.from({ length: 7 }, (_, n) => `page-${n}`)]);
  });

  test('patches the status as a subresource, and only the status', async () => {
    await client.create(WIDGET, namespace, widget('status'));
    const body = { spec: { size: 9 }, status: { phase: 'Ready' } };
    const options = { type: 'merge', subresource: 'status' } as const;
    const answer = await client.patch<CustomResource>(WIDGET, { namespace, name: 'status' }, body, options);
    expect(answer).toMatchObject({ spec: { size: 1 }, status: { phase: 'Ready' } });
    expect(answer.metadata.generation).toBe(1);
  });

  test('watches from the beginning: all there is, the end of that, and what changes then', async () => {
    const labels = { watched: 'whole' };
    for (const name of ['one', 'two']) {
      await client.create(WIDGET, namespace, { ...widget(name), metadata: { name, labels } });
    }
    const options = {
      namespace,
      labelSelector: 'watched=whole',
      sendInitialEvents: true,
      timeoutSeconds: 30,
      signal: AbortSignal.timeout(30_000),
    } as const;
    const seen: string[] = [];
    for await (const event of client.watch(WIDGET, options)) {
      if (event.type !== 'BOOKMARK') seen.push(`${event.type} ${event.object.metadata.name}`);
      else if (event.endsInitialEvents) {
        seen.push('end');
        await client.delete(WIDGET, { namespace, name: 'one' });
      }
      if (event.type === 'DELETED') break;
    }
    expect(seen.slice(0, 2).sort()).toEqual(['ADDED one', 'ADDED two']);
    expect(seen.slice(2)).toEqual(['end', 'DELETED one']);
  });

  test('watches from a version until the server ends it', async () => {
    const { resourceVersion } = await client.list(WIDGET, { namespace });
    await client.create(WIDGET, namespace, widget('watched'));
    await client.delete(WIDGET, { namespace, name: 'watched' });
    const events: WatchEvent[] = [];
    const options = { namespace, resourceVersion, timeoutSeconds: 2, signal: new AbortController().signal };
    for await (const event of client.watch(WIDGET, options)) events.push(event);
    expect(events.map(({ type }) => type).filter((type) => type !== 'BOOKMARK')).toEqual(['ADDED', 'DELETED']);
  }, 20_000);

  test('an unknown token is Unauthorized, nobody is Forbidden', async () => {
    const asWho = (authorization: string | undefined): KubernetesClient =>
      connect({
        ...access,
        tls: async () => {
          const { cert: _, key: __, ...rest } = await access.tls();
          return rest;
        },
        authorization: () => Promise.resolve(authorization),
        renew: () => false,
      });
    const [stranger, nobody] = [asWho('Bearer wrong'), asWho(undefined)];
    expect(await errorOf(stranger.list(CONFIG_MAP, {}))).toMatchObject({ code: 401, reason: 'Unauthorized' });
    expect(await errorOf(nobody.list(CONFIG_MAP, {}))).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: expect.stringContaining('cannot list resource "configmaps"'),
    });
    await Promise.all([stranger.close(), nobody.close()]);
  });

  test('takes a Lease with microseconds', async () => {
    const renewTime = microTime(Date.now());
    const body = { metadata: { name: 'lease' }, spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime } };
    expect(await client.create(LEASE, namespace, body)).toMatchObject({ spec: { renewTime } });
  });

  test('an informer follows what others do, and a write of ours is read at once', async () => {
    const informer = createInformer<ConfigMap>({
      client,
      type: CONFIG_MAP,
      namespaces: [namespace],
      labelSelector: 'set=a',
      clock: systemClock,
      random: Math.random,
      log: createRecordingLog(),
    });
    const told: string[] = [];
    const heard = (line: string): Promise<void> =>
      new Promise((resolve) => {
        informer.onChange(() => told.includes(line) && resolve());
        if (told.includes(line)) resolve();
      });
    informer.onChange((key, change) => told.push(`${change.kind} ${key.name} ${change.own}`));
    const stop = new AbortController();
    const running = informer.start(stop.signal);
    await informer.synced;
    await client.create(CONFIG_MAP, namespace, configMap('theirs', '1'));
    await heard('added theirs false');
    const key = { namespace, name: 'theirs' };
    const written = informer.store.writing?.(key);
    informer.store.wrote(await client.patch(CONFIG_MAP, key, { data: { v: '2' } }, { type: 'merge' }));
    written?.();
    expect(informer.store.get(key)?.data).toEqual({ v: '2' });
    await client.delete(CONFIG_MAP, key);
    await heard('deleted theirs false');
    stop.abort();
    await running;
    expect(told.filter((line) => line === 'updated theirs false')).toEqual([]);
    expect(informer.store.get(key)).toBeUndefined();
  });

  test('Events are accepted, and counted up', async () => {
    const object = await client.create<CustomResource>(WIDGET, namespace, widget('told'));
    const log = createRecordingLog();
    const recorder = createEventRecorder({ client, clock: systemClock, log, component: 'test' });
    recorder.event(object, 'Normal', 'Created', 'it was created');
    await recorder.close();
    expect(recorder.dropped).toBe(0);
    const { items } = await client.list<KubernetesObject & { reason: string; count: number }>(CORE_EVENT, {
      namespace,
    });
    expect(items.filter((event) => event.reason === 'Created')).toMatchObject([
      { count: 1, message: 'it was created' },
    ]);
  });
});

function widget(name: string): object {
  return { apiVersion: `${GROUP}/v1`, kind: 'Widget', metadata: { name }, spec: { size: 1 } };
}
