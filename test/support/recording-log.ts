// SPDX-License-Identifier: Apache-2.0
import type { Log } from '../../runtime/observability/log.ts';

/** One line that was logged. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/** A log that keeps its lines for a test to read; children write into the same list. */
export interface RecordingLog extends Log {
  readonly lines: readonly LogLine[];
}

/** Makes a {@link RecordingLog}. */
export function createRecordingLog(lines: LogLine[] = [], bound: object = {}): RecordingLog {
  const write =
    (level: LogLine['level']) =>
    (fields: object, message: string): void => {
      lines.push({ level, message, fields: { ...bound, ...fields } });
    };
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => createRecordingLog(lines, { ...bound, ...fields }),
  };
}
