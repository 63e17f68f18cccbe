// SPDX-License-Identifier: Apache-2.0
import { probe } from '../../runtime/probe.ts';

const url = 'http://controller:8081/readyz?verbose';

/** Probes against answers in their order, the last for ever; answers what was printed and how often it waited. */
async function run(
  answers: readonly (() => Response)[],
): Promise<{ printed: string; waits: number; failure?: string }> {
  let [asked, waits] = [0, 0];
  const lines: string[] = [];
  const clock = { now: () => 0, sleep: async () => void waits++ } as unknown as Parameters<typeof probe>[0]['clock'];
  const fetch = async (): Promise<Response> => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    if (!answer) throw new Error('no answer');
    return answer();
  };
  try {
    await probe({ url, clock, print: (text) => void lines.push(text), attempts: 3, fetch: fetch as never });
    return { printed: lines.join(''), waits };
  } catch (error) {
    return { printed: lines.join(''), waits, failure: (error as Error).message };
  }
}

const refused = (): never => {
  throw new Error('connect ECONNREFUSED');
};
const notReady = (): Response => new Response('[-]caches failed', { status: 500 });
const ready = (): Response => new Response('readyz check passed\n');

test('prints the answer as soon as the probe passes', async () => {
  expect(await run([refused, notReady, ready])).toEqual({ printed: 'readyz check passed\n', waits: 2 });
});

test('says what it last heard when the probe never passes', async () => {
  expect(await run([notReady])).toEqual({ printed: '', waits: 2, failure: `${url} did not pass: [-]caches failed` });
  expect((await run([refused])).failure).toBe(`${url} did not pass: connect ECONNREFUSED`);
});

test('what is no URL is refused at once', async () => {
  const clock = { sleep: refused } as never;
  await expect(probe({ url: 'controller', clock, print: refused })).rejects.toThrow('not "controller"');
});
