// SPDX-License-Identifier: Apache-2.0
import { declareCrashMatrix } from '../../support/crash/crash-suite.ts';
import { furtherLives } from '../../support/crash/further-lives.ts';

declareCrashMatrix(furtherLives);
