// SPDX-License-Identifier: Apache-2.0
import { CONNECT_TIMEOUT_MS } from '../../../runtime/aws/http-handler.ts';
import { LEASE_DURATION_MS, RENEW_DEADLINE_MS } from '../../../runtime/controller/leader-election.ts';

test('a call that waits for its connection is given up before another process may hold the Lease', () => {
  expect(CONNECT_TIMEOUT_MS).toBeLessThan(LEASE_DURATION_MS - RENEW_DEADLINE_MS);
});
