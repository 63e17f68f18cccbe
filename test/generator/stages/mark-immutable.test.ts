// SPDX-License-Identifier: Apache-2.0
import { thingModel } from '../thing.ts';

const shapes = {
  Network: { type: 'structure', members: { Vpc: 'String', Zone: 'String' } },
  NetworkForUpdate: { type: 'structure', members: { Vpc: 'String' } },
  Networks: { type: 'list', member: 'Network' },
  NetworksForUpdate: { type: 'list', member: 'NetworkForUpdate' },
  Tag: { type: 'structure', members: { Key: 'String', Value: 'String' } },
  Tags: { type: 'list', member: 'Tag' },
};
const create = { Engine: 'String', Size: 'Integer', Network: 'Network', Others: 'Networks', Tags: 'Tags' };

function immutable(update?: Record<string, string>, mapping = {}): readonly string[] {
  const resource = thingModel({ create, shapes, mapping, ...(update && { update }) });
  return resource.immutable.map((path) => path.join('.'));
}

test('without an update everything is immutable but the tags', () => {
  expect(immutable()).toEqual(['engine', 'network', 'others', 'size', 'thingName']);
});

test('with one, what it does not take, and the name', () => {
  expect(immutable({ Size: 'Integer', Network: 'Network', Others: 'Networks' })).toEqual(['engine', 'thingName']);
});

test('of a structure that it takes in part, the rest; of a list of such, nothing', () => {
  expect(immutable({ Network: 'NetworkForUpdate', Others: 'NetworksForUpdate' })).toEqual([
    'engine',
    'network.zone',
    'size',
    'thingName',
  ]);
});

test('and what the mapping says', () => {
  const update = { Size: 'Integer', Engine: 'String', Network: 'Network', Others: 'Networks' };
  const fields = { Size: { immutable: true }, 'Network.Zone': { immutable: true } };
  expect(immutable(update, { fields })).toEqual(['network.zone', 'size', 'thingName']);
});

test('an idempotency token is free', () => {
  const token = { target: 'String', traits: { 'smithy.api#idempotencyToken': {} } };
  expect(thingModel({ create: { Token: token } }).immutable).toEqual([['thingName']]);
});
