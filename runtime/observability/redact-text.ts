// SPDX-License-Identifier: Apache-2.0

/** What looks like a credential wherever it stands: bearer tokens, JSON web tokens, signed-URL parameters, AWS key material. */
const credentials: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, '$1 [redacted]'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '[redacted]'],
  [/\b(X-Amz-(?:Security-Token|Signature|Credential))=[^&\s"']+/gi, '$1=[redacted]'],
  [/\b(Signature|Credential)=[^,\s"']+/g, '$1=[redacted]'],
  [/((?:secret[-_ ]?access[-_ ]?key|session[-_ ]?token)["']?\s*[:=]\s*["']?)[\w+/=]{8,}/gi, '$1[redacted]'],
];

/** Takes out of a text what looks like a credential. */
export function redactText(text: string): string {
  return credentials.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
