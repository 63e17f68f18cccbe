// SPDX-License-Identifier: Apache-2.0

/** Resolves as soon as it holds, asked 20 times a second; rejects after `deadlineMs`, 30 s unless told, with what was asked. */
export async function eventually(holds: () => boolean | Promise<boolean>, deadlineMs = 30_000): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`it did not hold within ${deadlineMs} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
