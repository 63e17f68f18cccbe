// SPDX-License-Identifier: Apache-2.0

/** Why the controller cannot start or go on: one sentence for the person who reads it, and nothing else is needed. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** Failures whose message is a sentence for the reader. */
const explained = new Set([
  'StartFailure',
  'SettingsError',
  'ClusterAccessError',
  'ApiError',
  'AwsError',
  'LeaseLostError',
]);

/** Whether an error explains itself to the person who runs the controller; anything else is a defect and needs its stack. */
export function isExplained(error: unknown): error is Error {
  return error instanceof Error && explained.has(error.name);
}
