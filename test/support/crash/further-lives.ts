// SPDX-License-Identifier: Apache-2.0
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { isTrue } from '../../../runtime/reconcile/conditions.ts';
import { ownValue } from '../../../runtime/reconcile/plain-object.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import type { Part } from '../cast.ts';
import { type Act, type Life, manifestFrom, plainLife } from './life.ts';

// A resource younger than half a minute may only not be visible yet.
const OLD_ENOUGH_MS = 33_000;
// The simulator takes seconds from here for how long the job runs; a short run at its speed.
const RUNS_SHORTLY = [{ key: 'simulator/run-seconds', value: '12' }];

/** Lives in which a mechanism of its own writes, beside those that every kind has. */
export function furtherLives(cast: readonly Part[]): readonly Life[] {
  const part = (kind: string): Part => {
    const found = cast.find(({ definition }) => definition.kind === kind);
    if (!found) throw new Error(`there is no ${kind}`);
    return found;
  };
  const isRecorded = ({ definition: { lifecycle, operations } }: Part): boolean =>
    lifecycle.delete === 'stop' && operations.delete !== undefined;
  return [
    ...cast.filter(isRecorded).map(withoutRecord),
    adopted(part('Endpoint')),
    adoptedOrCreated(part('Model')),
    stripped(part('Model')),
    completed(part('TrainingJob')),
    ...['Model', 'ModelPackage'].map((kind) => madeAgain(part(kind))),
    ...['Endpoint', 'InferenceComponent'].map((kind) => rolledBack(part(kind))),
  ];
}

/** A job whose record is deleted as well. */
function withoutRecord(part: Part): Life {
  const life = plainLife(part);
  const { annotations } = part;
  return {
    ...life,
    title: `${life.title} without a record`,
    manifest: (namespace, name) => withAnnotations(life.manifest(namespace, name), annotations),
    acts: [],
    deletes: part.definition.operations.delete?.name,
  };
}

/** A resource that is there already, taken over with the spec that it has. */
function adopted(part: Part): Life {
  const { nameField = '' } = part.definition;
  return {
    ...plainLife(part),
    title: `adopted ${part.definition.kind}`,
    prepare: (simulator, name) => plant(simulator, part, name),
    manifest: (namespace, name) => {
      const annotations = {
        'services.k8s.aws/adoption-policy': 'adopt',
        'services.k8s.aws/adoption-fields': JSON.stringify({ [nameField]: name }),
      };
      const { spec: _, ...manifest } = manifestFrom(part, { annotations })(namespace, name);
      return manifest;
    },
    acts: plainLife(part).acts.filter(({ phase }) => phase === 'edit'),
  };
}

/** A resource that is there already, taken over with tags that it does not have. */
function adoptedOrCreated(part: Part): Life {
  return {
    ...plainLife(part),
    title: `${part.definition.kind} adopted with other tags`,
    prepare: (simulator, name) => plant(simulator, part, name),
    manifest: manifestFrom(part, { annotations: { 'services.k8s.aws/adoption-policy': 'adopt-or-create' } }),
  };
}

/** An object that somebody took the finalizer off. */
function stripped(part: Part): Life {
  return {
    ...plainLife(part),
    title: `${part.definition.kind} without its finalizer`,
    acts: [
      {
        phase: 'strip',
        patch: { metadata: { finalizers: null } },
        isDone: ({ metadata }) => (metadata.finalizers ?? []).length > 0,
        needs: [`PATCH ${part.definition.plural}`],
      },
    ],
  };
}

/** A job that completes, and whose warm pool is kept for another time then. */
function completed(part: Part): Life {
  const { definition, spec, name } = part;
  const given = spec['resourceConfig'] as Readonly<Record<string, unknown>>;
  // A key of its own: no other job takes its pool.
  const resourceConfig = { ...given, volumeKMSKeyID: name };
  const life = plainLife(part);
  const manifest = manifestFrom(part, { spec: { ...spec, tags: RUNS_SHORTLY, resourceConfig } });
  const act: Act = {
    phase: 'keep',
    patch: { spec: { resourceConfig: { keepAlivePeriodInSeconds: 3_000 } } },
    needs: [definition.operations.update?.name ?? ''],
  };
  return {
    ...life,
    title: `${definition.kind} that completes`,
    manifest,
    acts: [act],
    deletes: undefined,
    isAtRest: ({ metadata, status }) =>
      isTrue(status?.conditions, 'Complete') &&
      isTrue(status?.conditions, 'ACK.ResourceSynced') &&
      status?.observedGeneration === metadata.generation,
  };
}

/** A resource that somebody deleted in AWS. */
function madeAgain(part: Part): Life {
  const { definition } = part;
  return {
    ...plainLife(part),
    title: `${definition.kind} that is gone and made again`,
    acts: [
      { phase: 'age', isDone: isOld },
      {
        phase: 'gone',
        inAws: ({ resources }, { arn, kind }) => {
          const found = resources.list({ kind }).find((one) => one.arn === arn);
          if (found) resources.remove({ kind, name: found.name });
        },
        // A settled resource is looked at hours later otherwise.
        patch: { metadata: { annotations: { 'example.com/look': 'again' } } },
        isDone: definition.lifecycle.kind === 'config' ? isThereAndTold : showsNewOne,
        needs: [definition.operations.create.name],
      },
    ],
  };
}

/** A service whose update AWS takes back, and which is not tried again. */
function rolledBack(part: Part): Life {
  const { definition, edit } = part;
  const life = plainLife(part);
  const isRefused = ({ metadata, status }: CustomResource): boolean =>
    isTrue(status?.conditions, 'ACK.Terminal') && status?.observedGeneration === metadata.generation;
  return {
    ...life,
    title: `${definition.kind} whose update is rolled back`,
    acts: [
      {
        phase: 'edit',
        inAws: ({ resources }, { arn, kind }) => {
          const found = resources.list({ kind }).find((one) => one.arn === arn);
          if (found) resources.fail({ kind, name: found.name }, 'the containers did not answer');
        },
        patch: { spec: edit },
        isDone: isRefused,
        needs: [definition.operations.update?.name ?? ''],
      },
    ],
    isAtRest: (object) => life.isAtRest(object) || isRefused(object),
  };
}

function plant({ resources }: Simulator, { definition, input }: Part, name: string): void {
  resources.seed({ kind: definition.kind, name, input });
}

function isOld({ metadata }: CustomResource): boolean {
  return Date.now() - Date.parse(metadata.creationTimestamp ?? '') > OLD_ENOUGH_MS;
}

/** What has no states shows by the annotations that its status knows of that it was written since. */
function isThereAndTold({ kind, status }: CustomResource, { resources }: Simulator): boolean {
  const isTold = ownValue(status?.lastApplied, 'annotations') !== undefined;
  return isTold && resources.list({ kind }).some(({ arn }) => arn === status?.ackResourceMetadata?.arn);
}

/** Another resource may have the ARN of the one that is gone. */
function showsNewOne({ kind, status }: CustomResource, { resources }: Simulator): boolean {
  const found = resources.list({ kind }).find(({ arn }) => arn === status?.ackResourceMetadata?.arn);
  const shown = Date.parse(String(status?.['creationTime'])) / 1_000;
  return found !== undefined && Math.floor(Number(found.data['CreationTime'])) === Math.floor(shown);
}

function withAnnotations(
  manifest: ReturnType<Life['manifest']>,
  annotations: Readonly<Record<string, string>>,
): ReturnType<Life['manifest']> {
  return { ...manifest, metadata: { ...manifest.metadata, annotations: { ...annotations } } };
}
