// SPDX-License-Identifier: Apache-2.0
import { escapeControls } from '../observability/escape-controls.ts';

/** The longest message of a condition and the longest reason that Kubernetes' own conditions may have (KEP-1623), in characters. */
export const CONDITION_LIMITS = { message: 32_768, reason: 1_024 } as const;

/** A text of AWS's or of a user's as it may stand in a status: control characters as escapes, and cut to `most` characters. */
export function shownText(text: string, most: number): string {
  const escaped = escapeControls(text.length <= most ? text : text.slice(0, most));
  if (escaped.length <= most && text.length <= most) return escaped;
  // No half of a surrogate pair is left at the end, which could not be written as UTF-8.
  return `${escaped.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
