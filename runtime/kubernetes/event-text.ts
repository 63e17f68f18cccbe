// SPDX-License-Identifier: Apache-2.0
import { escapeControls } from '../observability/escape-controls.ts';

/** One text of an Event, without control characters and cut to a number of bytes of UTF-8, between two characters. */
export function eventText(text: string, most: number): string {
  // No character is shorter than a byte, so the rest cannot matter.
  const shown = escapeControls(text.slice(0, most + 1));
  if (Buffer.byteLength(shown) <= most) return shown;
  let bytes = Buffer.byteLength('…');
  let cut = '';
  for (const character of shown) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    cut += character;
  }
  return `${cut}…`;
}
