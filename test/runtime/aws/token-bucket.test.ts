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

describe('a throttling answer that stays the only one', () => {
  const stray = () => {
    const bucket = new TokenBucket(0);
    bucket.take(0);
    bucket.throttled(50, 0);
    return bucket;
  };
  // A call every 20 s, and another one right behind it, which is held back for a second.
  const useLightly = (bucket: TokenBucket, from: number, until: number): void => {
    for (let now = from; now <= until; now += 20_000) {
      for (const at of [now, now + bucket.waitMs(now)]) {
        if (bucket.waitMs(at) > 0) bucket.press();
        bucket.take(at + bucket.waitMs(at));
      }
    }
  };

  test('holds a class that is used lightly for five minutes', () => {
    const bucket = stray();
    useLightly(bucket, 20_000, 280_000);
    expect(bucket.isLimited).toBe(true);
    bucket.waitMs(320_000);
    expect(bucket.isLimited).toBe(false);
    expect(bucket.rate).toBeGreaterThanOrEqual(150);
  });

  test('leaves the rate that was found since', () => {
    const bucket = stray();
    for (let now = 1_000; now <= 299_000; now += 1_000) {
      bucket.press();
      bucket.waitMs(now);
      while (bucket.waitMs(now) === 0) bucket.take(now);
    }
    const { rate } = bucket;
    expect(rate).toBeGreaterThan(150);
    bucket.waitMs(301_000);
    expect(bucket.rate).toBeGreaterThanOrEqual(rate);
  });
});
