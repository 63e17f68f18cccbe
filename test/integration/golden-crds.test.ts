// SPDX-License-Identifier: Apache-2.0
//
// What the golden cases expect of a CRD, a real API server accepts and enforces.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { CUSTOM_RESOURCE_DEFINITION } from '../../runtime/kubernetes/resource-types.ts';
import type { ObjectKey, ResourceType } from '../../runtime/kubernetes/types.ts';
import { cases, expectedFolder } from '../golden/generate-case.ts';
import { connectTestCluster, type TestCluster } from '../support/cluster.ts';
import type { Manifest } from '../support/manifests.ts';

let cluster: TestCluster;
let namespace: string;

beforeAll(async () => {
  cluster = connectTestCluster();
  for (const name of cases) await cluster.installCrds(path.join(expectedFolder(name), 'crds'));
  namespace = await cluster.namespace();
}, 60_000);

afterAll(async () => {
  for (const name of cases) {
    for (const file of readdirSync(path.join(expectedFolder(name), 'crds'))) {
      if (!file.includes('_')) continue; // no CRD: the list of them for kustomize
      const [group, plural] = file.replace(/\.yaml$/, '').split('_');
      await cluster.client.delete(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name: `${plural}.${group}` });
    }
  }
  await cluster.close();
});

function typeOf(service: string, kind: string, version = 'v1alpha1'): ResourceType {
  const plural = kind === 'Alias' ? 'aliases' : `${kind.toLowerCase()}s`;
  return { group: `${service}.services.k8s.aws`, version, kind, plural, namespaced: true };
}

/** A case's own sample, with other parts of the spec. */
function sample(service: string, file: string, spec: Record<string, unknown> = {}): Manifest {
  const text = readFileSync(path.join(expectedFolder(service), 'samples', `${file}.yaml`), 'utf8');
  const manifest = parse(text) as Manifest;
  manifest.metadata = { generateName: `${file}-`, namespace };
  manifest.spec = { ...manifest.spec, ...spec };
  return manifest;
}

function create(service: string, manifest: Manifest): Promise<{ metadata: { name?: string } }> {
  const version = manifest.apiVersion.split('/')[1];
  return cluster.client.create(typeOf(service, manifest.kind, version), namespace, manifest);
}

const samples = cases.flatMap((name) =>
  readdirSync(path.join(expectedFolder(name), 'samples')).map((file) => [name, path.basename(file, '.yaml')] as const),
);

test('there are samples', () => {
  expect(samples.length).toBeGreaterThanOrEqual(7);
});

test.each(samples)('the sample of %s/%s is accepted', async (service, file) => {
  await expect(create(service, sample(service, file))).resolves.toMatchObject({ metadata: { namespace } });
});

describe('refused with path and rule:', () => {
  test.each<[string, string, string, Record<string, unknown>, RegExp[]]>([
    [
      'a union with two members',
      'profiles',
      'profile',
      { source: { inline: 'x', s3: { s3URI: 's3://a/b' } } },
      [/spec\.source: Invalid value/, /at most one may be set: in, inline, s3/],
    ],
    [
      'also where one is false, has a word of CEL as its name, and stands in a list',
      'profiles',
      'profile',
      { fallbacks: [{ inline: 'x' }, { in: false, inline: 'x' }] },
      [/spec\.fallbacks\[1\]: Invalid value/, /at most one may be set/],
    ],
    [
      'a required member within a union',
      'profiles',
      'profile',
      { source: { s3: { kmsKeyID: 'k' } } },
      [/spec\.source\.s3\.s3URI: Required value/],
    ],
    ['a value outside a closed enum', 'jobs', 'job', { mode: 'Tape' }, [/spec\.mode/, /Unsupported value: "Tape"/]],
    ['a number above its range', 'jobs', 'job', { matrix: [[1], [2, 6]] }, [/spec\.matrix\[1\]\[1\]/, /equal to 5/]],
    ['a fraction above its range', 'jobs', 'job', { sampleRatio: 1.5 }, [/spec\.sampleRatio/, /equal to 1/]],
    ['too many entries', 'jobs', 'job', { matrix: [[1], [2], [3], [4]] }, [/spec\.matrix/, /at most 3 items/]],
    [
      'a map key that is too long',
      'jobs',
      'job',
      { environment: { abcdefghi: 'x' } },
      [/spec\.environment/, /at most 8/],
    ],
    ['a map key outside its pattern', 'jobs', 'job', { environment: { a1: 'x' } }, [/spec\.environment/, /must match/]],
    ['a rule that a pattern cannot say', 'jobs', 'job', { path: 'a/../b' }, [/spec\.path/, /outside the pattern/]],
    ['a timestamp that is none', 'jobs', 'job', { startAfter: 'soon' }, [/spec\.startAfter/, /date-time/]],
    ['a blob that is not base64', 'jobs', 'job', { payload: '%%%' }, [/spec\.payload/, /byte/]],
  ])('%s', async (_, service, file, spec, expected) => {
    const error = await create(service, sample(service, file, spec)).then(
      () => undefined,
      (caught: Error) => caught,
    );
    for (const part of expected) expect(error?.message).toMatch(part);
  });
});

test.each<[string, string, string, Record<string, unknown>]>([
  ['a newer value of an open enum', 'jobs', 'job', { instanceType: 'ml.z99.large' }],
  ['an idempotency token that is not given', 'jobs', 'job', { clientToken: undefined }],
  ['a pattern that only AWS checks', 'jobs', 'job', { stage: 'a-prod' }],
  ['one member of a union', 'profiles', 'profile', { source: { in: true } }],
  ['map keys that are names of JavaScript', 'jobs', 'job', { environment: { __proto: 'x', toString: 'y' } }],
])('accepted: %s', async (_, service, file, spec) => {
  await expect(create(service, sample(service, file, spec))).resolves.toBeDefined();
});

describe('what may not change', () => {
  const metadata = { arn: 'arn:aws:x:us-west-2:111122223333:y/z', ownerAccountID: '111122223333', region: 'us-west-2' };

  async function created(
    service: string,
    manifest: Manifest,
    conditions: readonly object[] = [],
  ): Promise<(spec: object) => Promise<unknown>> {
    const version = manifest.apiVersion.split('/')[1];
    const type = typeOf(service, manifest.kind, version);
    const { metadata: made } = await create(service, manifest);
    const key: ObjectKey = { namespace, name: made.name ?? '' };
    const patch = (spec: object) => cluster.client.patch(type, key, { spec }, { type: 'merge' });
    await patch({ notes: 'corrected before AWS has it' });
    const status = { ackResourceMetadata: metadata, conditions };
    await cluster.client.patch(type, key, { status }, { type: 'merge', subresource: 'status' });
    return patch;
  }

  test('can be set otherwise until the ARN is there, and is refused with its path from then on', async () => {
    const patch = await created('profiles', sample('profiles', 'profile', { namespace: 'one', type_: 'a' }));
    await expect(patch({ namespace: 'two' })).rejects.toThrow(
      /spec: Forbidden: spec\.namespace cannot be changed once/,
    );
    await expect(patch({ source: { in: true }, notes: 'another' })).rejects.toThrow(
      /spec: Forbidden: spec\.notes, spec\.source\.in cannot be changed once/,
    );
  });

  test.each([
    ['ACK.Terminal', 'Immutable'],
    ['ACK.Advisory', 'Differs'],
  ])('can be set back where %s says %s, as ACK lets it be edited', async (type, reason) => {
    const conditions = [{ type, reason, status: 'True' }];
    const patch = await created(
      'profiles',
      sample('profiles', 'profile', { namespace: 'one', type_: 'a' }),
      conditions,
    );
    await expect(patch({ namespace: 'two' })).resolves.toBeDefined();
  });

  test('may be taken out and put back, and its neighbours may change', async () => {
    const network = { vpc: 'vpc-1', zone: 'a' };
    const patch = await created('fleets', sample('fleets', 'fleet', { network, owner: 'me' }));
    await patch({ network: { vpc: 'vpc-2' } });
    await expect(patch({ network: { zone: 'b' } })).rejects.toThrow(/Forbidden: spec\.network\.zone cannot/);
    await expect(patch({ owner: 'you' })).rejects.toThrow(/Forbidden: spec\.owner cannot/);
    await patch({ network: { zone: null } });
    await patch({ size: 2 });
  });
});
