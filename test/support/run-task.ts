// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import path from 'node:path';
import { controllerBundle } from '../environment/controller-process.ts';
import { createLogRule } from '../environment/log-rule.ts';

const crds = path.resolve(import.meta.dirname, '../../generated/sagemaker/crds');

/** Runs the program's task that applies the CRDs, as the chart's Job does; throws when a line of its log breaks the rule. */
export async function runApplyCrds(
  kubeconfig: string,
  task: readonly string[] = ['apply-crds'],
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const args = [controllerBundle, ...task, '--kubeconfig', kubeconfig, '--crds', crds];
  const { code, printed } = await new Promise<{ code: number; printed: string }>((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, printed: stdout + stderr }),
    );
  });
  const lines = printed.trim().split('\n');
  const rule = createLogRule({ kubeconfig });
  for (const line of lines) rule.check(line);
  rule.assertKept();
  return { code, lines };
}
