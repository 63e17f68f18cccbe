// SPDX-License-Identifier: Apache-2.0
import type { TagRule } from '../../../runtime/definition.ts';
import {
  expandDefaultTags,
  planTagEdit,
  readTags,
  type TagContext,
  tagsForCreate,
} from '../../../runtime/reconcile/tags.ts';

const context: TagContext = {
  service: 'sagemaker',
  controllerVersion: '1.2.3',
  kind: 'TrainingJob',
  namespace: 'team-a',
  name: 'my-job',
};
const rule: TagRule = { field: 'tags', key: 'key', value: 'value', defaults: true };

describe('a default tag', () => {
  const kro = { 'app.kubernetes.io/managed-by': 'kro', 'kro.run/kro-version': 'v0.4.0' };
  test.each<[string, Partial<TagContext>, string | undefined]>([
    ['%CONTROLLER_SERVICE%-%CONTROLLER_VERSION%', {}, 'sagemaker-1.2.3'],
    ['%CONTROLLER_VERSION%', { controllerVersion: '' }, 'unknown'],
    ['%K8S_NAMESPACE%/%K8S_RESOURCE_NAME%', {}, 'team-a/my-job'],
    ['%K8S_RESOURCE_KIND%', {}, 'TrainingJob'],
    ['%MANAGED_BY%', {}, undefined],
    ['%MANAGED_BY%', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }, undefined],
    ['%MANAGED_BY%', { labels: kro }, 'kro'],
    ['%MANAGED_BY%', { labels: { 'kro.run/owned': 'true' } }, 'kro'],
    ['%KRO_VERSION%', { labels: kro }, 'v0.4.0'],
    ['%KRO_VERSION%', { labels: { 'kro.run/kro-version': 'v0.4.0' } }, undefined],
    ['  plain  ', {}, 'plain'],
    ['%UNKNOWN% 100%', {}, '%UNKNOWN% 100%'],
    ['  ', {}, undefined],
    ['%K8S_RESOURCE_NAME%', { name: '%K8S_NAMESPACE%' }, '%K8S_NAMESPACE%'],
  ])('%s with %j is %s', (value, part, want) => {
    const tags = expandDefaultTags([{ key: ' k ', value }], { ...context, ...part });
    expect(tags).toEqual(want === undefined ? [] : [{ key: 'k', value: want }]);
  });

  test('keeps its key as it is, and needs one', () => {
    const templates = [
      { key: '%K8S_NAMESPACE%', value: 'v' },
      { key: ' ', value: 'v' },
    ];
    expect(expandDefaultTags(templates, context)).toEqual([{ key: '%K8S_NAMESPACE%', value: 'v' }]);
  });
});

describe('the tags of a create', () => {
  const defaults = [
    { key: 'namespace', value: 'team-a' },
    { key: 'team', value: 'default' },
  ];
  const spec = { tags: [{ key: 'team', value: 'ml' }, { key: 'env' }] };

  test("are the user's in their order, then the defaults that the user did not set", () => {
    expect(tagsForCreate(rule, spec, defaults)).toEqual([
      { key: 'team', value: 'ml' },
      { key: 'env', value: '' },
      { key: 'namespace', value: 'team-a' },
    ]);
  });

  test('are an empty list for a kind that takes defaults and has none, as in ACK', () => {
    expect(tagsForCreate(rule, {}, [])).toEqual([]);
  });

  test('are the user’s alone for a kind that takes no defaults, and absent without any', () => {
    const own = { ...rule, defaults: false };
    expect(tagsForCreate(own, {}, defaults)).toBeUndefined();
    expect(tagsForCreate(own, { tags: [] }, defaults)).toEqual([]);
    expect(tagsForCreate(own, spec, defaults)).toHaveLength(2);
  });

  test('have the names that the kind gives them', () => {
    const named = { ...rule, field: 'labels', key: 'tagKey', value: 'tagValue' };
    expect(tagsForCreate(named, { labels: [{ tagKey: 'a', tagValue: '1' }] }, [])).toEqual([
      { tagKey: 'a', tagValue: '1' },
    ]);
  });

  test('count the last value of a key that stands there twice', () => {
    expect(
      readTags(rule, {
        tags: [
          { key: 'a', value: '1' },
          { key: 'b', value: '2' },
          { key: 'a', value: '3' },
        ],
      }),
    ).toEqual([
      { key: 'a', value: '3' },
      { key: 'b', value: '2' },
    ]);
    expect(readTags(rule, { tags: 'odd' })).toEqual([]);
    expect(readTags(rule, { tags: [{ key: '__proto__', value: '1' }] })).toEqual([{ key: '__proto__', value: '1' }]);
  });
});

describe('an edit of tags', () => {
  const desired = [
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ];
  test.each([
    [
      'adds what AWS has not, or has otherwise',
      { applied: [], desired, observed: [{ key: 'a', value: 'x' }] },
      ['a', 'b'],
      [],
    ],
    ['adds nothing that AWS has', { applied: ['a', 'b'], desired, observed: desired }, [], []],
    ['adds all without knowing what AWS has', { applied: ['a', 'b'], desired }, ['a', 'b'], []],
    [
      'removes what the user had',
      { applied: ['a', 'c'], desired, observed: [...desired, { key: 'c', value: '' }] },
      [],
      ['c'],
    ],
    ['removes nothing that is gone already', { applied: ['c'], desired, observed: desired }, [], []],
    ['removes what the user had without knowing what AWS has', { applied: ['c'], desired: [] }, [], ['c']],
    ["leaves others' tags alone", { applied: [], desired: [], observed: desired }, [], []],
    ['leaves default tags alone', { applied: [], desired: [], defaults: [{ key: 'ns', value: 'ml' }] }, [], []],
    [
      'puts a default tag back in the place of what the user had',
      { applied: ['ns'], desired: [], defaults: [{ key: 'ns', value: 'ml' }] },
      ['ns'],
      [],
    ],
    ["leaves AWS's own tags alone", { applied: ['aws:x', 'AWS:y'], desired: [{ key: 'aws:z', value: '1' }] }, [], []],
  ])('%s', (_, given, add, remove) => {
    const edit = planTagEdit(given);
    expect([edit.add.map((tag) => tag.key), edit.remove]).toEqual([add, remove]);
  });
});
