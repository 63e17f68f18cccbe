// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { filesOf } from './arguments.ts';

/** Only we may read them. */
const SECRET = { mode: 0o600 };

/** Writes the service account keys and the token of a cluster administrator, which it answers. */
export async function writeCredentials(directory: string): Promise<string> {
  const files = filesOf(directory);
  await mkdir(files.certificates, { recursive: true, mode: 0o700 });
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const token = randomBytes(24).toString('base64url');
  await writeFile(files.serviceAccountKey, privateKey, SECRET);
  await writeFile(files.serviceAccountPublicKey, publicKey, SECRET);
  await writeFile(files.tokens, `${token},admin,admin,"system:masters"\n`, SECRET);
  return token;
}

/** Writes the kubeconfig once the API server has written its certificate. */
export async function writeKubeconfig(directory: string, server: string, token: string): Promise<string> {
  const files = filesOf(directory);
  const authority = await readFile(files.servingCertificate);
  await writeFile(files.kubeconfig, formatKubeconfig(server, authority.toString('base64'), token), SECRET);
  return files.kubeconfig;
}

/** A kubeconfig of one cluster and one user; `authority` is a base64-encoded PEM bundle. */
export function formatKubeconfig(server: string, authority: string, token: string): string {
  const name = 'ack-local';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
