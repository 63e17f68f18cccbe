// SPDX-License-Identifier: Apache-2.0

/** The `code` of an error of Node (`ENOENT`, `Z_BUF_ERROR`); undefined if it has none. */
export function errorCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
