// SPDX-License-Identifier: Apache-2.0
import { declareCrashMatrix } from '../../support/crash/crash-suite.ts';
import { plainLife } from '../../support/crash/life.ts';

declareCrashMatrix((cast) => cast.filter(({ definition }) => definition.lifecycle.kind === 'config').map(plainLife));
