// SPDX-License-Identifier: Apache-2.0

/** A mistake in a flag or the environment, told in one sentence for the person who set it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
