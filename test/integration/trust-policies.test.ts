// SPDX-License-Identifier: Apache-2.0
//
// Who may assume the controller's role is who the chart and the kustomize tree run it as, where the docs say to install it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { chart, type Manifest, openHelm } from '../environment/helm/helm.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const page = read('docs/installation.md');
const irsa = JSON.parse(read('generated/sagemaker/iam/trust-irsa.json')).Statement[0];
const podIdentity = JSON.parse(read('generated/sagemaker/iam/trust-pod-identity.json')).Statement[0];
const namespace = /helm install .*--namespace (\S+)/.exec(page)?.[1] ?? '';

let deployment: Manifest;
let account: Manifest;
beforeAll(async () => {
  const helm = await openHelm();
  const manifests = await helm.template('rel', chart, `--namespace=${namespace}`, '--set=aws.region=us-west-2');
  helm.close();
  const found = (kind: string): Manifest | undefined =>
    manifests.find((one) => one.kind === kind && !one.metadata.annotations?.['helm.sh/hook']);
  [deployment, account] = [found('Deployment') as Manifest, found('ServiceAccount') as Manifest];
}, 600_000);

test("IRSA's is for the account that the chart makes and runs the controller as", () => {
  const name = deployment['spec'].template.spec.serviceAccountName;
  expect(account.metadata).toMatchObject({ name, namespace });
  const { StringEquals } = irsa.Condition;
  const [provider] = Object.keys(StringEquals).map((key) => key.replace(/:(aud|sub)$/, ''));
  expect(StringEquals).toEqual({
    [`${provider}:aud`]: 'sts.amazonaws.com',
    [`${provider}:sub`]: `system:serviceaccount:${namespace}:${name}`,
  });
  expect(irsa.Principal.Federated.endsWith(`:oidc-provider/${provider}`)).toBe(true);
});

test('and for that of the kustomize tree', () => {
  const { metadata } = parse(read('generated/sagemaker/config/rbac/service-account.yaml'));
  expect(metadata).toMatchObject({ name: account.metadata.name, namespace });
});

test("Pod Identity's is for the same account, by the tags of the session; and so is the association", () => {
  const { name } = account.metadata;
  expect(podIdentity).toMatchObject({
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringEquals: {
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': name,
      },
    },
  });
  expect(page).toContain(`--namespace ${namespace} --service-account ${name}`);
});

test('the page says of each thing to fill in what it is', () => {
  const open = [...new Set(JSON.stringify([irsa, podIdentity]).match(/\b[A-Z_]{3,}\b/g))];
  expect(open.sort()).toEqual(['ACCOUNT_ID', 'CLUSTER_ID', 'REGION']);
  expect(open.filter((one) => !page.includes(`\`${one}\``))).toEqual([]);
});
