// SPDX-License-Identifier: Apache-2.0

/** A Kubernetes MicroTime: RFC 3339 in UTC with exactly six fraction digits, which the API server insists on. */
export function microTime(epochMs: number): string {
  const micros = Math.round((epochMs - Math.floor(epochMs)) * 1000);
  const iso = new Date(Math.floor(epochMs)).toISOString();
  return `${iso.slice(0, -1)}${String(Math.min(micros, 999)).padStart(3, '0')}Z`;
}
