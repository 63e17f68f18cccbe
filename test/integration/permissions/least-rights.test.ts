// SPDX-License-Identifier: Apache-2.0
//
// Every kind lives a whole life while the controller, for the whole cluster, has the rights of the chart's roles and the actions of the
// generated IAM policies and nothing else: everything works, and everything that is granted is used.
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import { readManifests } from '../../environment/helm/helm.ts';
import { authorizerOf } from '../../environment/simulator/iam-policy.ts';
import { neededRights } from '../../environment/simulator/permissions.ts';
import { isAtRest } from '../../support/cast.ts';
import { sagemakerType, type TestCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { readServiceModel } from '../../support/spec-values.ts';
import { type Company, gather, type Judge } from './company.ts';
import { type GrantedActions, kindsUsing, LINK_ROLE, PASS_ROLE, readKindPolicy, readPolicy } from './policies.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const model = readServiceModel();
const kinds = sagemaker.resources.map(({ kind }) => kind);
let company: Company;
let whole: GrantedActions;
let ofKind: ReadonlyMap<string, GrantedActions>;
/** The kind of each resource that was in AWS. */
const kindOfArn = new Map<string, string>();

const atRest: Judge = ({ definition }, object) => (isAtRest(definition, object) ? undefined : 'is not at rest');
const gone: Judge = (_, object) => (object ? 'is still there' : undefined);

/** A conflict is provoked once for each kind, for the read that follows one. */
function provokeConflicts(cluster: TestCluster) {
  const done = new Set<string>();
  return async ({ resource, namespace, name }: { resource: string; namespace: string; name: string }) => {
    const definition = sagemaker.resources.find(({ plural }) => resource === `${plural}/status`);
    if (!definition || done.has(resource)) return;
    done.add(resource);
    const touch = { metadata: { labels: { touched: 'yes' } } };
    await cluster.client.patch(sagemakerType(definition.kind), { namespace, name }, touch, { type: 'merge' });
  };
}

beforeAll(async () => {
  company = await gather([], {
    before: provokeConflicts,
    speed: 2,
    // Runs run until they are stopped.
    durations: Object.fromEntries(
      kinds.flatMap((kind) => [`${kind}.run`, `${kind}.Training`].map((step) => [step, 1e9])),
    ),
  });
  whole = await readPolicy('policy.json');
  ofKind = new Map(await Promise.all(kinds.map(async (kind) => [kind, await readKindPolicy(kind)] as const)));
  grantAll();
  await company.start();
}, 900_000);

afterAll(() => company?.close(), 60_000);

/** Puts the policy of all kinds in force, and for each kind its own as well. */
function grantAll(): void {
  const grants = authorizerOf(whole.policy);
  company.simulator.authorize((right) => {
    const users = kindsUsing(right.action.slice('sagemaker:'.length)).map((kind) => ofKind.get(kind));
    return grants(right) && users.every((one) => one !== undefined && authorizerOf(one.policy)(right));
  });
}

test('every kind is created, edited and tagged', async () => {
  const { parts, simulator } = company;
  await Promise.all(parts.map((part) => company.create(part)));
  await company.until(parts, atRest);
  // The same news a second time is told by counting up the first Event.
  for (const change of ['edit', 'undo', 'edit'] as const) {
    const edited = parts.filter((part) => part[change]);
    await Promise.all(edited.map((part) => company.edit(part, { spec: part[change] })));
    await company.until(edited, atRest);
  }
  for (const { arn, kind } of simulator.resources.list()) kindOfArn.set(arn, kind);
  // A controller that was not there when tags were edited looks at them first.
  await company.stop();
  const tagged = parts.filter(({ retag }) => retag);
  await Promise.all(tagged.map((part) => company.edit(part, { spec: part.retag })));
  await company.start();
  await company.until(tagged, atRest);
}, 600_000);

test('who only looks needs the read-only policy alone', async () => {
  const { parts, simulator } = company;
  const readOnly = await readPolicy('policy-read-only.json');
  await company.stop();
  const annotate = (value: string | null) =>
    Promise.all(
      parts.map((part) => company.edit(part, { metadata: { annotations: { 'services.k8s.aws/read-only': value } } })),
    );
  await annotate('true');
  const before = simulator.calls.list().at(-1)?.sequence ?? 0;
  simulator.authorize(authorizerOf(readOnly.policy));
  await company.start();
  const used = (): Set<string> =>
    new Set(
      simulator.calls
        .list({ after: before })
        .filter(({ service }) => service === 'sagemaker')
        .map(({ operation }) => operation),
    );
  const reads = sagemaker.resources.map(({ operations }) => operations.read.name);
  // What still changes, a job that runs, is listed; a settled service would be after a minute.
  const runs = sagemaker.resources.filter(({ lifecycle }) => lifecycle.kind === 'run-to-completion');
  const wanted = [...reads, ...runs.flatMap(({ list }) => (list ? [list.name] : []))];
  await eventually(() => wanted.every((operation) => used().has(operation)), 120_000).catch(() => undefined);
  expect(wanted.filter((operation) => !used().has(operation))).toEqual([]);
  await company.until(parts, atRest);
  expect([...used()].filter((operation) => !readOnly.operations.includes(operation))).toEqual([]);
  const services = sagemaker.resources.flatMap(({ list }) => (list ? [list.name] : []));
  expect(readOnly.operations).toEqual([...new Set([...reads, ...services])].sort());
  await company.stop();
  await annotate(null);
  grantAll();
  await company.start();
}, 300_000);

test('every kind is deleted', async () => {
  const { parts } = company;
  await company.until(parts, atRest);
  await Promise.all(parts.map((part) => company.remove(part)));
  await company.until(parts, gone);
}, 300_000);

test('no request was refused, in the cluster or in AWS', () => {
  expect(company.proxy.requests.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
  expect(company.simulator.calls.list({ code: 'AccessDeniedException' })).toEqual([]);
});

test('every action of the policy was used', () => {
  const used = company.simulator.calls.list().filter(({ service }) => service === 'sagemaker');
  expect([...new Set(used.map(({ operation }) => operation))].sort()).toEqual(whole.operations);
});

test.each(kinds)("every action of %s's own policy was used for it", (kind) => {
  const calls = company.simulator.calls.list().filter(({ operation, input }) => {
    const users = kindsUsing(operation);
    return users.length > 1 ? kindOfArn.get(String(input['ResourceArn'])) === kind : users[0] === kind;
  });
  expect([...new Set(calls.map(({ operation }) => operation))].sort()).toEqual(ofKind.get(kind)?.operations);

  const rights = calls.flatMap((call) => neededRights(model, { ...call, resourceArn: '*' }));
  expect(rights.some(({ action }) => action === PASS_ROLE)).toBe(ofKind.get(kind)?.passesRoles);
  expect(rights.some(({ action }) => action === LINK_ROLE)).toBe(ofKind.get(kind)?.linksRole);
});

test('every verb of every rule was used', async () => {
  const { helm, proxy, namespace } = company;
  const { stdout } = await helm.run('get', 'manifest', 'company', '-n', namespace);
  const rules = rolesOfController(stdout);
  expect(rules.length).toBeGreaterThan(5);
  const unused = rules.flatMap(({ apiGroups, resources, resourceNames = [undefined], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        resourceNames.flatMap((name) =>
          verbs
            .filter(
              (verb) =>
                !proxy.requests.some(
                  (request) =>
                    request.group === group &&
                    request.resource === resource &&
                    request.verb === verb &&
                    (name === undefined || request.name === name),
                ),
            )
            .map((verb) => `${verb} ${resource} ${name ?? ''}`),
        ),
      ),
    ),
  );
  expect(unused).toEqual([]);
});

/** The rules of the roles that the service account of the controller has. */
function rolesOfController(manifests: string): readonly Rule[] {
  return readManifests(manifests)
    .filter(({ kind, metadata }) => /Role$/.test(kind) && !/-(reader|writer)$/.test(metadata.name))
    .flatMap((manifest): readonly Rule[] => manifest['rules'] ?? []);
}
