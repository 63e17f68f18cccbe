// SPDX-License-Identifier: Apache-2.0

/** Something that is waited for and happens once. */
export interface Latch {
  open(): void;
  readonly opened: Promise<void>;
}

/** A closed latch. */
export function createLatch(): Latch {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}
