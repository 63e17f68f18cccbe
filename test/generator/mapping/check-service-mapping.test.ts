// SPDX-License-Identifier: Apache-2.0
import { mistakeIn, type ThingService } from '../thing.ts';

const tagging = { add: 'DescribeThing', remove: 'DescribeThing', list: 'DescribeThing' };
const failure = { type: 'structure', members: { Message: 'String' }, traits: { 'smithy.api#error': 'client' } };
// An error that an operation names is part of the model; so is one that only a member reaches.
const modelled: ThingService = { create: { Why: 'NotThere' }, shapes: { NotThere: failure } };

test.each<[string, ThingService, string]>([
  [
    'a tag operation that the model lacks',
    { service: { tagging: { ...tagging, add: 'DescribeThin' } } },
    'service.yaml:11:3: tagging.add: the model has no operation DescribeThin (did you mean "DescribeThing"?)',
  ],
  [
    'a tag operation that is none',
    { service: { tagging } },
    'service.yaml:11:3: tagging.add: DescribeThing is no tag operation: it has no member for an ARN or none for tags',
  ],
  [
    'an unknown key',
    { service: { taging: tagging } },
    'service.yaml:10:1: taging: unknown key (did you mean "tagging"?)',
  ],
  [
    'a nested unknown key',
    { service: { iam: { prefix: 'x', passRoleToo: 'y' } } },
    'service.yaml:10:3: iam.passRoleToo: unknown key (did you mean "passRoleTo"?)',
  ],
  ['a missing key', { service: { group: undefined } }, 'service.yaml:1:1: lacks the key group'],
  [
    'a version that is none',
    { service: { version: '1' } },
    'service.yaml:3:1: version: must match pattern "^v[0-9]+((alpha|beta)[0-9]+)?$"',
  ],
  [
    'an enum that the model lacks',
    {
      create: { Colour: 'Colour' },
      shapes: { Colour: { type: 'enum', members: { Red: 'Unit' } } },
      service: { openEnums: ['Color'] },
    },
    'service.yaml:11:5: openEnums.0: the model has no enum Color (did you mean "Colour"?)',
  ],
  [
    'an error code that nothing has',
    { ...modelled, mapping: { notFound: [{ code: 'NotHere' }] } },
    'api-models/things/resources/thing.yaml:6:5: notFound.0.code: neither the model nor errorCodes of service.yaml has the error NotHere (did you mean "NotThere"?)',
  ],
  [
    'an error code that the model has anyway',
    { ...modelled, service: { errorCodes: ['NotThere'] } },
    'service.yaml:11:5: errorCodes.0: has no effect: the model has NotThere',
  ],
  [
    'an error code that no mapping names',
    { ...modelled, service: { errorCodes: ['Strange'] } },
    'service.yaml:11:5: errorCodes.0: has no effect: no mapping names Strange',
  ],
])('%s is a located error', (_, thing, message) => {
  expect(mistakeIn(thing).split('\n')).toContain(message);
});
