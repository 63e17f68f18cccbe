// SPDX-License-Identifier: Apache-2.0
import type { Log } from '../../runtime/observability/log.ts';
import { createLog } from '../../runtime/observability/log-pino.ts';
import { createLogRule } from '../environment/log-rule.ts';

/** The controller's own log at its most talkative, of which nothing is shown, but every line is held to the rule. */
export interface RuledLog {
  readonly log: Log;
  /** Throws when a line has broken the rule. */
  assertKept(): void;
}

/** Makes a {@link RuledLog}, for suites that run the controller's parts in their own process. */
export function createRuledLog(): RuledLog {
  const rule = createLogRule({ environment: process.env });
  const stream = { write: (line: string): void => rule.check(line.replace(/\n$/, '')) };
  return { log: createLog({ level: 'debug', development: false, stream }), assertKept: rule.assertKept };
}
