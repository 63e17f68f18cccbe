// SPDX-License-Identifier: Apache-2.0
import type {
  NotebookInstanceSpec,
  NotebookInstanceStatus,
} from '../../../generated/sagemaker/resources/notebook-instance.ts';
import type { HookContext, OwnStatus, ResourceHooks, UpdatePlan } from '../../../runtime/hooks.ts';

type Context = HookContext<NotebookInstanceSpec, NotebookInstanceStatus>;

/** What the mapping cannot say of a NotebookInstance: it is updated only while it is stopped, and started again if it was running before. */
export const hooks: ResourceHooks<NotebookInstanceSpec, NotebookInstanceStatus> = { planUpdate, afterUpdate };

/** ACK's words for where the update stands; whoever goes on after a crash, ACK too, knows from them that the notebook was running. */
const UPDATE_PENDING = 'UpdatePending';
const UPDATE_TRIGGERED = 'UpdateTriggered';

const stoppedBy = (stage: string | null): OwnStatus => ({ stoppedByControllerMetadata: stage });

/** Stops a notebook that runs, and updates one that is stopped. One that its user had stopped stays stopped. */
function planUpdate(input: Record<string, unknown>, context: Context): UpdatePlan {
  const status = context.observed?.status.notebookInstanceStatus;
  if (status === 'InService') {
    return {
      kind: 'call',
      operation: 'stop',
      before: stoppedBy(UPDATE_PENDING),
      message: 'NotebookInstance is stopped for an update.',
    };
  }
  if (status !== 'Stopped') {
    return {
      kind: 'refuse',
      message: `a NotebookInstance that is ${status} cannot be updated; delete it and create it anew`,
    };
  }
  return stageOf(context) === undefined
    ? { kind: 'update', input }
    : { kind: 'update', input, after: stoppedBy(UPDATE_TRIGGERED) };
}

/** Starts again what was stopped for an update. */
function afterUpdate(context: Context): UpdatePlan | undefined {
  if (stageOf(context) === undefined) return undefined;
  switch (context.observed?.status.notebookInstanceStatus) {
    case 'Stopped':
      return {
        kind: 'call',
        operation: 'start',
        after: stoppedBy(null),
        message: 'NotebookInstance was updated and is started again.',
      };
    case 'InService':
    case 'Pending':
    case 'Failed':
      // Started already, or not to be started any more: a crash came between that and the note of it.
      return { kind: 'note', status: stoppedBy(null) };
    default:
      return undefined;
  }
}

function stageOf({ object }: Context): string | undefined {
  const stage: unknown = object.status?.stoppedByControllerMetadata;
  return typeof stage === 'string' && stage !== '' ? stage : undefined;
}
