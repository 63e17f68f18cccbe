// SPDX-License-Identifier: Apache-2.0

/** Freezes a JSON value through and through, so that no pass can change what others read; what is frozen already is left as it is. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
