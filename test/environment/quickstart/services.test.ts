// SPDX-License-Identifier: Apache-2.0
import { controllerFlags } from './services.ts';

const kubectl = { path: 'kubectl', kubeconfig: '/tmp/k', namespace: 'ack-quickstart' };
const flags = (borrowed: boolean): string[] =>
  controllerFlags('http://127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3', { borrowed, kubectl });

test('the controller gets the simulator as its only AWS, and loopback addresses of its own', () => {
  expect(flags(false)).toEqual(
    expect.arrayContaining([
      '--aws-endpoint-url=http://127.0.0.1:1',
      '--aws-identity-endpoint-url=http://127.0.0.1:1',
      '--allow-unsafe-aws-endpoint-urls',
      '--healthz-addr=127.0.0.1:2',
      '--metrics-addr=127.0.0.1:3',
    ]),
  );
});

test.each([true, false])('in a borrowed cluster (%s) it watches the namespace of the quickstart alone', (borrowed) => {
  expect(flags(borrowed).includes('--watch-namespace=ack-quickstart')).toBe(borrowed);
});
