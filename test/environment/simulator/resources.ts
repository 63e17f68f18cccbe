// SPDX-License-Identifier: Apache-2.0
import { type KindRules, keyOf, nameOf } from './kinds/kind-rules.ts';
import { failTrainingJob } from './kinds/training-job-lifecycle.ts';
import { failJob } from './operations/lifecycles.ts';
import { type Data, type Resource, wireTime } from './resource.ts';
import type { SageMakerService } from './sagemaker-service.ts';
import { type Scope, sagemakerArn } from './scope.ts';
import type { World } from './world.ts';

/** A resource as it is now. */
export interface ResourceView {
  readonly kind: string;
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What Describe answers from, and what it keeps to itself. */
  readonly data: Data;
}

/** Which resources are meant; all that match. `name` may hold `*`. */
export interface ResourceQuery {
  readonly kind?: string;
  readonly name?: string;
  readonly account?: string;
  readonly region?: string;
}

/** Resources that somebody else made. */
export interface Seed {
  readonly kind: string;
  /** 1 unless told. With more, names are `<name>-000001` and so on. */
  readonly count?: number;
  readonly name: string;
  readonly account?: string;
  readonly region?: string;
  /** Members as in a Create, completed by the kind's defaults. */
  readonly input?: Data;
  /** Members laid over those: a status, for example. */
  readonly data?: Data;
  readonly tags?: Readonly<Record<string, string>>;
  /** When the first one was created, milliseconds since the epoch; now unless told. */
  readonly createdAt?: number;
  /** Milliseconds between one creation and the next; 0 unless told. */
  readonly everyMs?: number;
}

/** What AWS holds, seen and changed from behind its API. */
export interface Resources {
  list(query?: ResourceQuery): readonly ResourceView[];
  /** The one of a kind and name in the default account and region, or wherever it is the only one. */
  get(kind: string, name: string): ResourceView | undefined;
  /** How many there are of each kind. */
  counts(): Readonly<Record<string, number>>;
  /** Puts resources there, in their settled state. Answers how many. */
  seed(seed: Seed): number;
  /** Takes resources out at once, whatever state they are in. Answers how many. */
  remove(query: ResourceQuery): number;
  /** Sets members as if AWS had done it. Answers how many. */
  change(query: ResourceQuery, data: Data): number;
  /** Makes running jobs fail now, and everything else at the next thing that can. Undefined takes the reason back. */
  fail(query: ResourceQuery, reason: string | undefined): number;
}

/** The resources of a world. */
export function createResources(world: World, service: SageMakerService, home: Scope): Resources {
  const rulesOf = (kind: string): KindRules => {
    const rules = service.kinds.get(kind);
    if (rules) return rules;
    throw new RangeError(`the simulator has no kind ${kind}; it has ${[...service.kinds.keys()].join(', ')}`);
  };
  const found = (query: ResourceQuery): Resource[] => {
    world.settle();
    const matches = matcher(query, (resource) => nameOf(rulesOf(resource.kind), resource.data));
    return [...world.all()].filter(matches);
  };
  const view = (resource: Resource): ResourceView => ({
    kind: resource.kind,
    name: nameOf(rulesOf(resource.kind), resource.data),
    arn: resource.arn,
    ...resource.scope,
    tags: Object.fromEntries(resource.tags),
    data: resource.data,
  });
  return {
    list: (query = {}) => found(query).map(view),
    get: (kind, name) => found({ kind, name }).map(view)[0],
    counts() {
      const counts: Record<string, number> = {};
      for (const { kind } of found({})) counts[kind] = (counts[kind] ?? 0) + 1;
      return counts;
    },
    seed: (seed) => plant(world, rulesOf(seed.kind), home, seed),
    remove(query) {
      const resources = found(query);
      for (const resource of resources) world.remove(resource);
      return resources.length;
    },
    change(query, data) {
      const resources = found(query);
      for (const resource of resources) world.change(resource, data);
      return resources.length;
    },
    fail(query, reason) {
      const resources = found(query);
      for (const resource of resources) {
        resource.failureReason = reason;
        if (reason !== undefined) failRunning(world, rulesOf(resource.kind), resource, reason);
      }
      return resources.length;
    },
  };
}

function failRunning(world: World, rules: KindRules, resource: Resource, reason: string): void {
  const { lifecycle } = rules;
  if (lifecycle.kind !== 'job' || resource.data[lifecycle.status] !== lifecycle.running) return;
  if (rules.kind === 'TrainingJob') failTrainingJob(world, resource, reason);
  else world.walk(resource, [{ afterMs: 0, set: (it, at) => failJob(rules, lifecycle, it.data, reason, at) }]);
}

function plant(world: World, rules: KindRules, home: Scope, seed: Seed): number {
  const scope = { account: seed.account ?? home.account, region: seed.region ?? home.region };
  const count = seed.count ?? 1;
  const first = seed.createdAt ?? world.clock.now();
  // Shared by all of them: 50,000 foreign jobs must not take 50,000 copies of everything.
  const common = { ...(rules.defaults?.(seed.input ?? {}) ?? seed.input), ...settledState(rules), ...seed.data };
  const nameMember = rules.key.at(-1) ?? '';
  for (let index = 0; index < count; index++) {
    const name = count === 1 ? seed.name : `${seed.name}-${String(index + 1).padStart(6, '0')}`;
    const createdAt = first + index * (seed.everyMs ?? 0);
    const time = wireTime(createdAt);
    const named = { ...common, [nameMember]: name };
    const arn = sagemakerArn(scope, rules.arnPath(named));
    const data = { CreationTime: time, LastModifiedTime: time, ...named, [rules.arnMember]: arn };
    const tags = new Map(Object.entries(seed.tags ?? {}));
    world.add({ kind: rules.kind, scope, key: keyOf(rules, data), arn, data, tags, createdAt });
  }
  return count;
}

function settledState({ lifecycle }: KindRules): Data {
  if (lifecycle.kind === 'service') return { [lifecycle.status]: lifecycle.settled };
  if (lifecycle.kind === 'job') return { [lifecycle.status]: lifecycle.completed };
  return {};
}

function matcher(query: ResourceQuery, nameOfOne: (resource: Resource) => string): (resource: Resource) => boolean {
  const parts = query.name?.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const name = parts && new RegExp(`^${parts.join('.*')}$`);
  return (resource) => {
    if (query.kind !== undefined && resource.kind !== query.kind) return false;
    if (query.account !== undefined && resource.scope.account !== query.account) return false;
    if (query.region !== undefined && resource.scope.region !== query.region) return false;
    return !name || name.test(nameOfOne(resource));
  };
}
