// SPDX-License-Identifier: Apache-2.0
import { expect } from '@jest/globals';

/** What is known to be wrong, or to be otherwise, with one part of a kind's life. */
export interface KnownGap {
  readonly reason: string;
  /** Exactly what the part answers: a gap that is mended has to leave this list. */
  readonly problems: readonly unknown[];
}

const begins = (text: string): unknown => expect.stringMatching(`^${text}`);

/** Known gaps by `<Kind> <part>`. */
export const knownGaps: Readonly<Record<string, KnownGap>> = {
  'TrainingJob takes an edit of each field that AWS updates': {
    reason: 'the other profiler has another s3OutputPath and other rules of the same names, which AWS does not take',
    problems: [
      begins('an edit of profilerConfig does not reach AWS: ACK.Terminal=True Refused'),
      begins('an edit of profilerRuleConfigurations does not reach AWS: ACK.Terminal=True Refused'),
    ],
  },
  'TrainingJob clears a field that is taken out, or says that AWS keeps it': {
    reason: 'the made-up profiler is disabled from the beginning, so there is nothing to switch off',
    problems: [
      begins('profilerConfig is neither cleared nor told to be kept, 0 updates'),
      begins('profilerRuleConfigurations is neither cleared nor told to be kept, 0 updates'),
    ],
  },
};
