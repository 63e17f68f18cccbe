// SPDX-License-Identifier: Apache-2.0
import { proxyFor } from '../../runtime/proxy.ts';

const PROXY = 'http://proxy:3128';

test.each<[string, string, Record<string, string>, string | undefined]>([
  ['no proxy when none is named', 'https://api:6443', {}, undefined],
  ['HTTPS_PROXY for https', 'https://api:6443', { HTTPS_PROXY: PROXY, HTTP_PROXY: 'http://other' }, PROXY],
  ['HTTP_PROXY for http', 'http://api:8080', { HTTP_PROXY: PROXY }, PROXY],
  ['not HTTP_PROXY for https', 'https://api:6443', { HTTP_PROXY: PROXY }, undefined],
  ['lower case', 'https://api', { https_proxy: PROXY }, PROXY],
  ['http:// for a proxy without a scheme', 'https://api', { HTTPS_PROXY: 'proxy:3128' }, PROXY],
  ['never for localhost', 'https://localhost:6443', { HTTPS_PROXY: PROXY }, undefined],
  ['never for loopback', 'https://127.0.0.9:6443', { HTTPS_PROXY: PROXY }, undefined],
  ['never for IPv6 loopback', 'https://[::1]:6443', { HTTPS_PROXY: PROXY }, undefined],
  ['all but an exception', 'https://api.example:6443', { HTTPS_PROXY: PROXY, NO_PROXY: 'x.example' }, PROXY],
  [
    'a host and what is below it',
    'https://a.api.example',
    { HTTPS_PROXY: PROXY, NO_PROXY: 'x, api.example' },
    undefined,
  ],
  ['the host itself', 'https://api.example', { HTTPS_PROXY: PROXY, NO_PROXY: 'api.example' }, undefined],
  ['only what is below a suffix', 'https://example', { HTTPS_PROXY: PROXY, NO_PROXY: '.example' }, PROXY],
  ['what is below a suffix', 'https://api.example', { HTTPS_PROXY: PROXY, NO_PROXY: '.example' }, undefined],
  ['what only ends alike', 'https://myexample', { HTTPS_PROXY: PROXY, NO_PROXY: 'example' }, PROXY],
  ['an address', 'https://10.96.0.1', { HTTPS_PROXY: PROXY, NO_PROXY: '10.96.0.1' }, undefined],
  ['a block of addresses', 'https://10.96.0.1:443', { HTTPS_PROXY: PROXY, no_proxy: '10.0.0.0/8' }, undefined],
  ['another block', 'https://11.96.0.1:443', { HTTPS_PROXY: PROXY, NO_PROXY: '10.0.0.0/8' }, PROXY],
  ['an IPv6 block', 'https://[fd00::1]:443', { HTTPS_PROXY: PROXY, NO_PROXY: 'fd00::/8' }, undefined],
  ['a block that makes no sense', 'https://10.0.0.1', { HTTPS_PROXY: PROXY, NO_PROXY: '10.0.0.0/99,zzz/8' }, PROXY],
  ['a port that fits', 'https://api.example', { HTTPS_PROXY: PROXY, NO_PROXY: 'api.example:443' }, undefined],
  ['a port that does not', 'https://api.example:6443', { HTTPS_PROXY: PROXY, NO_PROXY: 'api.example:443' }, PROXY],
  ['an asterisk', 'https://api.example', { HTTPS_PROXY: PROXY, NO_PROXY: '*' }, undefined],
])('%s: %s', (_name, url, env, want) => {
  expect(proxyFor(new URL(url), env)).toBe(want);
});
