// SPDX-License-Identifier: Apache-2.0
import { TokenBucket } from '../../../runtime/aws/token-bucket.ts';

describe.each([
  ['a new bucket', 0],
  ['a bucket that nobody used for seven minutes', 420_000],
])('%s', (_words, now) => {
  test('keeps a limit that it is told', () => {
    const bucket = new TokenBucket(0);
    bucket.limit(now, 20);
    expect(bucket.waitMs(now)).toBeGreaterThan(0);
    expect([bucket.rate, bucket.isLimited]).toEqual([18, true]);
  });

  test('starts from the rate that it is told', () => {
    const bucket = new TokenBucket(0);
    bucket.startFrom(now, 20);
    bucket.take(now);
    expect(bucket.waitMs(now)).toBeCloseTo(50);
    expect([bucket.rate, bucket.isLimited]).toEqual([20, false]);
  });
});
