// SPDX-License-Identifier: Apache-2.0
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import { changedKey, formerName } from '../../../runtime/reconcile/ownership.ts';
import type { Pass } from '../../../runtime/reconcile/pass.ts';

function passOf(kind: string, spec: object, arn: string | undefined, owned: readonly string[] = []): Pass {
  const definition = sagemaker.resources.find((resource) => resource.kind === kind);
  const object = { status: arn === undefined ? {} : { ackResourceMetadata: { arn } } };
  return {
    options: { definition },
    memory: { applied: { version: 1, owned } },
    object,
    desired: { spec },
  } as unknown as Pass;
}

const ARN = 'arn:aws:sagemaker:r:1';
const APP = `${ARN}:app/d-abc/jane/jupyterserver/default`;

test.each<[string, string, object, string | undefined, string | undefined]>([
  [
    'another domain',
    'UserProfile',
    { domainID: 'd-other', userProfileName: 'Jane' },
    `${ARN}:user-profile/d-abc/jane`,
    'domainID',
  ],
  [
    'the same domain',
    'UserProfile',
    { domainID: 'd-abc', userProfileName: 'Jane' },
    `${ARN}:user-profile/d-abc/jane`,
    undefined,
  ],
  [
    'all parts as they were',
    'App',
    { domainID: 'd-abc', userProfileName: 'jane', appType: 'JupyterServer', appName: 'default' },
    APP,
    undefined,
  ],
  [
    'another type',
    'App',
    { domainID: 'd-abc', userProfileName: 'jane', appType: 'TensorBoard', appName: 'default' },
    APP,
    'appType',
  ],
  ['no ARN yet', 'Space', { domainID: 'd-abc', spaceName: 's' }, undefined, undefined],
])('%s', (_what, kind, spec, arn, changed) => {
  expect(changedKey(passOf(kind, spec, arn))).toBe(changed);
});

test('a part of the key that was taken out is a change of it, and one that never was there is none', () => {
  const spec = { domainID: 'd-abc', appType: 'JupyterServer', appName: 'default' };
  expect(changedKey(passOf('App', spec, APP, ['domainID', 'userProfileName']))).toBe('userProfileName');
  expect(changedKey(passOf('App', { ...spec, userProfileName: 'jane' }, APP, ['userProfileName']))).toBeUndefined();
});

test('a version of a group has no former name, whatever name AWS shows for it', () => {
  const spec = { modelPackageGroupName: 'g', modelPackageName: 'g' };
  expect(formerName(passOf('ModelPackage', spec, `${ARN}:model-package/g/1`))).toBeUndefined();
});
