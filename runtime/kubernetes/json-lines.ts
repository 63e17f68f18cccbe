// SPDX-License-Identifier: Apache-2.0
import { malformed } from './answer-error.ts';

const NEWLINE = 0x0a;

/**
 * Splits a byte stream at newlines and parses each line as JSON; characters may lie across chunks. Throws a `Malformed`
 * {@link import('./api-error.ts').ApiError} for a line that is not JSON, that the stream's end cut off, or that is longer than `maxBytes`.
 */
export async function* parseJsonLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  what: string,
): AsyncGenerator<unknown> {
  let parts: Buffer[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const tail = chunk.subarray(start, end);
      const line = parts.length === 0 ? tail : Buffer.concat([...parts, tail]);
      start = end + 1;
      parts = [];
      held = 0;
      if (line.length > 0) yield parseLine(line, what);
    }
    if (start === chunk.length) continue;
    parts.push(chunk.subarray(start));
    held += chunk.length - start;
    if (held > maxBytes) throw malformed(`A line of ${what} is longer than ${maxBytes} bytes`);
  }
  if (held > 0) yield parseLine(Buffer.concat(parts), what);
}

function parseLine(line: Buffer, what: string): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch (error) {
    throw malformed(`A line of ${what} is not JSON`, undefined, error);
  }
}
