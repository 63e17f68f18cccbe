// SPDX-License-Identifier: Apache-2.0
import { hooks } from '../../api-models/sagemaker/resources/notebook-instance.ts';
import type { HookContext } from '../../runtime/hooks.ts';

const STAGE = 'stoppedByControllerMetadata';

// biome-ignore lint/suspicious/noExplicitAny: the hooks look at a few properties only
function context(status: string, stage?: string): HookContext<any, any> {
  return {
    object: {
      apiVersion: 'sagemaker.services.k8s.aws/v1alpha1',
      kind: 'NotebookInstance',
      metadata: { name: 'n', uid: 'u', resourceVersion: '1' },
      spec: {},
      status: stage === undefined ? {} : { [STAGE]: stage },
    },
    observed: { spec: {}, status: { notebookInstanceStatus: status } },
    differences: [],
  };
}

const input = { NotebookInstanceName: 'n', VolumeSizeInGB: 6 };

describe('an edit', () => {
  test('stops a notebook that runs, noting it before the stop', () => {
    expect(hooks.planUpdate?.(input, context('InService'))).toMatchObject({
      kind: 'call',
      operation: 'stop',
      before: { [STAGE]: 'UpdatePending' },
    });
  });

  test('updates one that was stopped for it, and notes that', () => {
    const plan = hooks.planUpdate?.(input, context('Stopped', 'UpdatePending'));
    expect(plan).toEqual({ kind: 'update', input, after: { [STAGE]: 'UpdateTriggered' } });
  });

  test('updates one that its user had stopped, and notes nothing', () => {
    expect(hooks.planUpdate?.(input, context('Stopped'))).toEqual({ kind: 'update', input });
  });

  test('is refused for one that failed', () => {
    expect(hooks.planUpdate?.(input, context('Failed'))).toMatchObject({ kind: 'refuse' });
  });
});

describe('once nothing differs', () => {
  test.each(['UpdatePending', 'UpdateTriggered'])(
    'a notebook at %s is started again, and the note taken out after it',
    (stage) => {
      expect(hooks.afterUpdate?.(context('Stopped', stage))).toMatchObject({
        kind: 'call',
        operation: 'start',
        after: { [STAGE]: null },
      });
    },
  );

  test.each(['InService', 'Pending', 'Failed'])('the note is taken out of one that is %s already', (status) => {
    expect(hooks.afterUpdate?.(context(status, 'UpdateTriggered'))).toEqual({
      kind: 'note',
      status: { [STAGE]: null },
    });
  });

  test.each(['Stopping', 'Updating', 'Deleting'])('one that is %s is waited for', (status) => {
    expect(hooks.afterUpdate?.(context(status, 'UpdateTriggered'))).toBeUndefined();
  });

  test('one that its user had stopped stays stopped', () => {
    expect(hooks.afterUpdate?.(context('Stopped'))).toBeUndefined();
  });
});
