// SPDX-License-Identifier: Apache-2.0
import { thingModel } from '../thing.ts';

const shapes = {
  Login: { type: 'structure', members: { User: 'String', Password: 'String' } },
  LoginShown: { type: 'structure', members: { User: 'String' } },
  Tag: { type: 'structure', members: { Key: 'String', Value: 'String' } },
  Tags: { type: 'list', member: 'Tag' },
};
const token = { target: 'String', traits: { 'smithy.api#idempotencyToken': {} } };

test('what AWS does not show is compared with what was applied; a token is not compared, nor are tags', () => {
  const { rules } = thingModel({
    create: { Secret: 'String', Size: 'Integer', Login: 'Login', Token: token, Tags: 'Tags' },
    shown: { Size: 'Integer', Login: 'LoginShown' },
    shapes,
  });
  expect(rules).toEqual([
    { path: ['login', 'password'], compare: 'writeOnly' },
    { path: ['secret'], compare: 'writeOnly' },
    { path: ['token'], compare: 'ignore' },
  ]);
});

test('a mapping may say otherwise', () => {
  const mapping = { fields: { Secret: { compare: 'ignore' } } };
  const { rules } = thingModel({ create: { Secret: 'String' }, shown: {}, mapping });
  expect(rules).toEqual([{ path: ['secret'], compare: 'ignore' }]);
});

test('what AWS shows has no rule', () => {
  expect(thingModel({ create: { Size: 'Integer', Login: 'Login' }, shapes }).rules).toEqual([]);
});
