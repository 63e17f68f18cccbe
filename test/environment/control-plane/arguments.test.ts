// SPDX-License-Identifier: Apache-2.0
import { parse } from 'yaml';
import { apiServerArguments, controllerManagerArguments, etcdArguments } from './arguments.ts';
import { formatKubeconfig } from './credentials.ts';

const layout = {
  directory: '/tmp/x',
  etcdPort: 1001,
  etcdPeerPort: 1002,
  apiServerPort: 1003,
  controllerManagerPort: 1004,
};

test.each([
  ['etcd', etcdArguments(layout)],
  ['kube-apiserver', apiServerArguments(layout)],
  ['kube-controller-manager', controllerManagerArguments(layout)],
])('%s listens on loopback only and gets every flag once', (_name, args) => {
  const addresses = args.flatMap((argument) => argument.match(/\d+\.\d+\.\d+\.\d+(?!\/)(?=[:,]|$)/g) ?? []);
  expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']));
  const flags = args.map((argument) => argument.split('=')[0]);
  expect(new Set(flags).size).toBe(flags.length);
});

test('the API server is pointed at its etcd, authorizes by RBAC and takes more flags at the end', () => {
  const args = apiServerArguments(layout, ['--v=4']);
  expect(args).toContain('--etcd-servers=http://127.0.0.1:1001');
  expect(args).toContain('--authorization-mode=RBAC');
  expect(args.at(-1)).toBe('--v=4');
});

test('a kubeconfig has one context, which is the current one, with server, authority and token', () => {
  const config = parse(formatKubeconfig('https://127.0.0.1:1003', 'Q0E=', 'secret'));
  expect(config.clusters[0].cluster).toEqual({
    server: 'https://127.0.0.1:1003',
    'certificate-authority-data': 'Q0E=',
  });
  expect(config.users[0].user).toEqual({ token: 'secret' });
  expect(config.contexts[0].name).toBe(config['current-context']);
  expect(config.contexts[0].context).toEqual({ cluster: config.clusters[0].name, user: config.users[0].name });
});
