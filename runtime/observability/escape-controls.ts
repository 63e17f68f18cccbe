// SPDX-License-Identifier: Apache-2.0

/**
 * What a terminal or a viewer of logs may act on: control characters but for the line feed, the line separators of Unicode, and the marks
 * that turn the direction of text around.
 */
const CONTROLS = /(?!\n)[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** Writes them as JSON escapes, so that whatever somebody put into a name or message is shown and not obeyed. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
