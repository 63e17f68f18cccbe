// SPDX-License-Identifier: Apache-2.0

/**
 * Orders two resourceVersions of one resource type: negative when `a` is older, 0 when equal. Kubernetes guarantees decimal integers
 * without leading zeros that may outgrow 64 bits, so they are compared as such, without parsing.
 */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
