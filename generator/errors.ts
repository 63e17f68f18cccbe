// SPDX-License-Identifier: Apache-2.0

/** Where a mistake is, as precisely as is known. */
export interface Location {
  /** Relative to the working directory. */
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
  readonly column?: number;
  /** The path of the key or shape, `fields.RoleArn.reference`. */
  readonly path?: string;
}

/** A mistake of the person who runs the generator: printed as one line without a stack, exit 1. */
export class GeneratorError extends Error {
  override readonly name = 'GeneratorError';
  readonly location: Location | undefined;

  constructor(message: string, location?: Location) {
    super(message);
    this.location = location;
  }
}

/** `file:line:column: path: message`, with what is known of it. */
export function formatGeneratorError(error: GeneratorError): string {
  const { location } = error;
  if (!location) return error.message;
  const place = [location.file, location.line, location.column].filter((part) => part !== undefined).join(':');
  return [place, location.path, error.message].filter((part) => part !== undefined).join(': ');
}
