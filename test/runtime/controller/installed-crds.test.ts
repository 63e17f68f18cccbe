// SPDX-License-Identifier: Apache-2.0
import { findInstalledCrds, prunedStatusFields } from '../../../runtime/controller/installed-crds.ts';
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import type { KubernetesClient } from '../../../runtime/kubernetes/types.ts';

const widget = {
  group: 'acme.services.k8s.aws',
  version: 'v1alpha1',
  kind: 'Widget',
  plural: 'widgets',
  status: { name: 'Status', members: [{ json: 'widgetStatus', sdk: 'WidgetStatus', type: 'string' }] },
} as unknown as ResourceDefinition;
const gadget = { ...widget, kind: 'Gadget', plural: 'gadgets' };
const signal = new AbortController().signal;

function error(code: number): ApiError {
  return new ApiError({ code, reason: 'x', message: `answered ${code}` });
}

/** Answers by path; numbers are errors, absent paths are 404. */
function client(answers: Readonly<Record<string, unknown>>, asked: string[] = []): KubernetesClient {
  const answer = async (path: string): Promise<never> => {
    asked.push(path);
    const found = Object.hasOwn(answers, path) ? answers[path] : 404;
    if (typeof found === 'number') throw error(found);
    return found as never;
  };
  const partial: Partial<KubernetesClient> = { get: (_type, key) => answer(key.name), raw: answer };
  return partial as KubernetesClient;
}

function crd(change: { served?: boolean; established?: string; version?: string } = {}): object {
  const schema = { properties: { spec: {}, status: { properties: { conditions: {}, widgetStatus: {} } } } };
  return {
    spec: {
      versions: [
        { name: change.version ?? 'v1alpha1', served: change.served ?? true, schema: { openAPIV3Schema: schema } },
      ],
    },
    status: { conditions: [{ type: 'Established', status: change.established ?? 'True' }] },
  };
}

const published = {
  components: {
    schemas: {
      other: {},
      'aws.k8s.services.acme.v1alpha1.Widget': {
        'x-kubernetes-group-version-kind': [{ group: 'acme.services.k8s.aws', kind: 'Widget', version: 'v1alpha1' }],
        properties: { status: { properties: { lastApplied: {} } } },
      },
    },
  },
};

describe('installed CRDs', () => {
  test.each<readonly [string, object, unknown]>([
    [
      'is there, with its status fields',
      { 'widgets.acme.services.k8s.aws': crd() },
      { kind: 'installed', statusFields: new Set(['conditions', 'widgetStatus']) },
    ],
    ['is missing', {}, { kind: 'missing' }],
    ['does not serve the version', { 'widgets.acme.services.k8s.aws': crd({ served: false }) }, { kind: 'missing' }],
    ['has another version', { 'widgets.acme.services.k8s.aws': crd({ version: 'v1' }) }, { kind: 'missing' }],
    ['is not established yet', { 'widgets.acme.services.k8s.aws': crd({ established: 'False' }) }, { kind: 'missing' }],
    [
      'may not be read, is served and published',
      {
        'widgets.acme.services.k8s.aws': 403,
        '/apis/acme.services.k8s.aws/v1alpha1': { resources: [{ name: 'widgets/status' }, { name: 'widgets' }] },
        '/openapi/v3/apis/acme.services.k8s.aws/v1alpha1': published,
      },
      { kind: 'installed', statusFields: new Set(['lastApplied']) },
    ],
    [
      'may not be read and is not published yet',
      {
        'widgets.acme.services.k8s.aws': 403,
        '/apis/acme.services.k8s.aws/v1alpha1': { resources: [{ name: 'widgets' }] },
      },
      { kind: 'installed', statusFields: undefined },
    ],
    ['may not be read and is not served', { 'widgets.acme.services.k8s.aws': 403 }, { kind: 'missing' }],
  ])('one that %s', async (_name, answers, expected) => {
    const found = await findInstalledCrds(client(answers as Record<string, unknown>), [widget], signal);
    expect(found.get(widget)).toEqual(expected);
  });

  test('asks for the documents of a group once for all its kinds', async () => {
    const asked: string[] = [];
    const answers = {
      'widgets.acme.services.k8s.aws': 403,
      'gadgets.acme.services.k8s.aws': 403,
      '/apis/acme.services.k8s.aws/v1alpha1': { resources: [{ name: 'widgets' }] },
    };
    const forbidden: Error[] = [];
    const found = await findInstalledCrds(client(answers, asked), [widget, gadget], signal, (e) => forbidden.push(e));
    expect(forbidden).toHaveLength(1);
    expect([found.get(widget)?.kind, found.get(gadget)?.kind]).toEqual(['installed', 'missing']);
    expect(asked.filter((path) => path.startsWith('/'))).toEqual([
      '/apis/acme.services.k8s.aws/v1alpha1',
      '/openapi/v3/apis/acme.services.k8s.aws/v1alpha1',
    ]);
  });

  test('does not ask for the long document of a group while none of the kinds is served', async () => {
    const asked: string[] = [];
    const answers = {
      'gadgets.acme.services.k8s.aws': 403,
      '/apis/acme.services.k8s.aws/v1alpha1': { resources: [{ name: 'widgets' }] },
      '/openapi/v3/apis/acme.services.k8s.aws/v1alpha1': published,
    };
    const found = await findInstalledCrds(client(answers, asked), [gadget], signal);
    expect(found.get(gadget)).toEqual({ kind: 'missing' });
    expect(asked).toEqual(['gadgets.acme.services.k8s.aws', '/apis/acme.services.k8s.aws/v1alpha1']);
  });

  test('an API server that fails is not a missing CRD', async () => {
    const failing = client({ 'widgets.acme.services.k8s.aws': 500 });
    await expect(findInstalledCrds(failing, [widget], signal)).rejects.toThrow('answered 500');
  });

  test('an older CRD prunes what it does not know', () => {
    expect(prunedStatusFields(widget, new Set(['ackResourceMetadata', 'conditions', 'widgetStatus']))).toEqual([
      'lastApplied',
      'observedGeneration',
    ]);
    const all = ['ackResourceMetadata', 'conditions', 'widgetStatus', 'lastApplied', 'observedGeneration', 'newer'];
    expect(prunedStatusFields(widget, new Set(all))).toEqual([]);
  });
});
