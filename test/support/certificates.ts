// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its private key, as PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority made for one test run, so that no key is ever kept in a repository. */
export interface CertificateAuthority extends Certificate {
  /** A certificate for a server; `names` are host names and addresses. */
  issue(commonName: string, names?: readonly string[]): Certificate;
}

/** Makes a {@link CertificateAuthority} with P-256 keys; all is valid for the next hour. */
export function createCertificateAuthority(commonName = 'test CA'): CertificateAuthority {
  const ca = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    cert: certificate({
      subject: commonName,
      issuer: commonName,
      publicKey: ca.publicKey,
      signer: ca.privateKey,
      isCa: true,
      names: [],
    }),
    key: pkcs8(ca.privateKey),
    issue(subject, names = []) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        cert: certificate({
          subject,
          issuer: commonName,
          publicKey: own.publicKey,
          signer: ca.privateKey,
          isCa: false,
          names,
        }),
        key: pkcs8(own.privateKey),
      };
    },
  };
}

function pkcs8(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

interface CertificateParts {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly isCa: boolean;
  readonly names: readonly string[];
}

// X.509 version 3 in DER (RFC 5280), as little of it as TLS needs.
function certificate(parts: CertificateParts): string {
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const now = Date.now();
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    distinguishedName(parts.issuer),
    sequence(time(now - 60_000), time(now + 3_600_000)),
    distinguishedName(parts.subject),
    parts.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions(parts))),
  );
  const signature = sign('sha256', body, parts.signer);
  const der = sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extensions({ isCa, names }: CertificateParts): Buffer[] {
  const basicConstraints = sequence(
    oid(0x55, 0x1d, 0x13),
    tagged(0x01, Buffer.from([0xff])),
    octets(sequence(...(isCa ? [tagged(0x01, Buffer.from([0xff]))] : []))),
  );
  if (names.length === 0) return [basicConstraints];
  const alternatives = names.map((name) =>
    isIP(name) === 4 ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name)),
  );
  return [basicConstraints, sequence(oid(0x55, 0x1d, 0x11), octets(sequence(...alternatives)))];
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(oid(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from(commonName)))));
}

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

function octets(content: Buffer): Buffer {
  return tagged(0x04, content);
}

function oid(...bytes: number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes));
}

function sequence(...content: Buffer[]): Buffer {
  return tagged(0x30, ...content);
}

function tagged(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
