// SPDX-License-Identifier: Apache-2.0

/** Structured logging: a constant message and fields; pino fits it. Values of the user's spec are never fields. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}
