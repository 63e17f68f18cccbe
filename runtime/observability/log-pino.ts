// SPDX-License-Identifier: Apache-2.0
import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { isAwsError } from '../aws/aws-error.ts';
import { isApiError } from '../kubernetes/api-error.ts';
import { escapeControls } from './escape-controls.ts';
import { sayable } from './failure-fields.ts';
import { formatLine } from './format-line.ts';
import type { Log } from './log.ts';
import { redactText } from './redact-text.ts';

/** Options of {@link createLog}. */
export interface LogOptions {
  /** The lowest level that is written. */
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  /** One line for people instead of JSON, at level debug, with the stacks of errors. */
  readonly development: boolean;
  /** Where lines go; standard output, written synchronously so that the last line before an exit is not lost. */
  readonly stream?: DestinationStream;
}

/** Fields that never hold anything to be shown, at the top or one level down. */
const secretFields = [
  'authorization',
  'token',
  'password',
  'secretAccessKey',
  'sessionToken',
  'credentials',
  'clientKey',
];

/**
 * JSON lines with ACK's field names (`level`, `ts`, `msg`). Values of secret fields are replaced, messages of errors are cleared of
 * what looks like a credential and of values of specs, and control characters are shown as escapes.
 */
export function createLog(options: LogOptions): Log {
  const { development, stream = destination({ fd: 1, sync: true }) } = options;
  const logger = pino(
    {
      level: development ? 'debug' : options.level,
      base: null,
      messageKey: 'msg',
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        err: (error: unknown) => errorFields(error, development),
        error: (error: unknown) => (error instanceof Error ? errorFields(error, development) : redactValue(error)),
      },
      redact: { paths: secretFields.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    { write: (line: string) => stream.write(escapeControls(development ? formatLine(line) : line)) },
  );
  return fromPino(logger);
}

/** Hides pino's wider interface, so that nobody logs a bare string or an object without a message. */
function fromPino(logger: Logger): Log {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    child: (fields) => fromPino(logger.child(fields)),
  };
}

/** A stack only where it helps: for defects, which are neither AWS's nor the API server's answers. */
function errorFields(error: unknown, withStack: boolean): unknown {
  if (!(error instanceof Error)) {
    return redactValue(String(error));
  }
  const isExpected = isAwsError(error) || isApiError(error);
  const stack = withStack || !isExpected ? framesOf(error) : '';
  return { type: error.name, message: sayable(error), ...(stack === '' ? {} : { stack: redactText(stack) }) };
}

/** Where it was thrown, without the message that stacks begin with: it may be of several lines, and of somebody else's making. */
function framesOf({ stack = '', message }: Error): string {
  const end = stack.indexOf(message) + message.length;
  return stack.slice(stack.indexOf('\n', end) + 1);
}

function redactValue(value: unknown): unknown {
  return typeof value === 'string' ? redactText(value) : value;
}
