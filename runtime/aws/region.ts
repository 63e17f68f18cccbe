// SPDX-License-Identifier: Apache-2.0

/** Whether a text can be the name of an AWS region: it becomes part of a host name. */
export function isRegion(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,62}$/.test(text);
}
