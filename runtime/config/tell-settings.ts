// SPDX-License-Identifier: Apache-2.0
import type { Log } from '../observability/log.ts';
import type { Settings } from '../settings.ts';
import { unsupportedSettings } from './unsupported.ts';

/** Logs, at the start, what of the command line does not do what a person may take it for. */
export function tellSettings(settings: Settings, log: Log): void {
  if (settings.ignoredFlags.length > 0) {
    log.info({ flags: settings.ignoredFlags }, 'These flags have no effect here');
  }
  if (settings.warnings.length > 0) {
    log.warn({ settings: settings.warnings }, 'Parts of the command line are not what they may seem');
  }
  const unsupported = unsupportedSettings(settings);
  if (unsupported.length > 0) {
    log.warn({ settings: unsupported }, 'These settings ask for what this controller does not do');
  }
}
