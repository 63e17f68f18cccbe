// SPDX-License-Identifier: Apache-2.0
import { parseItem, queueItem } from '../../../runtime/controller/queue-item.ts';

test.each([
  { namespace: 'team', name: 'churn' },
  { namespace: '', name: 'of-the-cluster' },
])('the item of %j is of it alone', (key) => {
  expect(parseItem(queueItem(key))).toEqual(key);
});
