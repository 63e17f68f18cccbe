// SPDX-License-Identifier: Apache-2.0
import { formatGeneratorError, GeneratorError, type Location } from './errors.ts';

/** Several mistakes of one run: its message has a line for each, and a last one that counts them. */
export class GeneratorErrors extends GeneratorError {
  readonly mistakes: readonly GeneratorError[];

  constructor(mistakes: readonly GeneratorError[]) {
    super([...mistakes.map(formatGeneratorError), `${mistakes.length} mistakes`].join('\n'));
    this.mistakes = mistakes;
  }
}

/** The mistakes that an error stands for, as data: what `--json` prints. */
export function mistakesOf(error: GeneratorError): readonly (Partial<Location> & { readonly message: string })[] {
  const mistakes = error instanceof GeneratorErrors ? error.mistakes : [error];
  return mistakes.map(({ location, message }) => ({ ...location, message }));
}

/** Gathers the mistakes of steps that do not depend on each other, so that one run tells all of them. */
export class Mistakes {
  readonly #found: GeneratorError[] = [];

  get found(): readonly GeneratorError[] {
    return this.#found;
  }

  add(...mistakes: readonly GeneratorError[]): void {
    for (const mistake of mistakes)
      this.#found.push(...(mistake instanceof GeneratorErrors ? mistake.mistakes : [mistake]));
  }

  /** What a step gives; undefined where it throws a `GeneratorError`, which is gathered. */
  attempt<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof GeneratorError)) throw error;
      this.add(error);
      return undefined;
    }
  }

  /** {@link Mistakes.attempt} for each of several things; what those give that have no mistake. */
  attemptEach<Item, T extends {}>(items: Iterable<Item>, step: (item: Item) => T | undefined): readonly T[] {
    const results: T[] = [];
    for (const item of items) {
      const result = this.attempt(() => step(item));
      if (result !== undefined) results.push(result);
    }
    return results;
  }

  /** Throws what was found, in order of file and place and each once; does nothing if that is none. */
  throwAll(): void {
    const byText = new Map(this.#found.toSorted(byPlace).map((mistake) => [formatGeneratorError(mistake), mistake]));
    const [first, ...more] = byText.values();
    if (first) throw more.length === 0 ? first : new GeneratorErrors([first, ...more]);
  }
}

function byPlace({ location: a }: GeneratorError, { location: b }: GeneratorError): number {
  if (!a || !b) return Number(!a) - Number(!b);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
