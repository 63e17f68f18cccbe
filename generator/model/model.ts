// SPDX-License-Identifier: Apache-2.0

/** Constraints and meaning of a shape or member, from Smithy's traits; documentation never is among them. */
export interface Traits {
  readonly required?: true;
  readonly length?: { readonly min?: number; readonly max?: number };
  readonly range?: { readonly min?: number; readonly max?: number };
  readonly pattern?: string;
  readonly uniqueItems?: true;
  /** On lists and maps whose values may be null. */
  readonly sparse?: true;
  readonly sensitive?: true;
  readonly idempotencyToken?: true;
  readonly default?: unknown;
  readonly timestampFormat?: 'date-time' | 'http-date' | 'epoch-seconds';
  readonly jsonName?: string;
  readonly deprecated?: true;
  /** On error structures. */
  readonly error?: 'client' | 'server';
  readonly httpError?: number;
}

/** A member of a structure or union. */
export interface Member {
  readonly name: string;
  /** The short name of the target shape. */
  readonly target: string;
  readonly traits: Traits;
}

/** A shape of the service model, by its short name (no namespace). Prelude shapes (`String`, `Integer` …) are shapes as well. */
export type Shape =
  | {
      readonly kind: 'string' | 'boolean' | 'integer' | 'long' | 'float' | 'double' | 'timestamp' | 'blob' | 'document';
      readonly name: string;
      readonly traits: Traits;
    }
  | {
      readonly kind: 'enum';
      readonly name: string;
      readonly traits: Traits /** Sorted. */;
      readonly values: readonly string[];
    }
  | { readonly kind: 'list'; readonly name: string; readonly traits: Traits; readonly member: Member }
  | {
      readonly kind: 'map';
      readonly name: string;
      readonly traits: Traits;
      readonly key: Member;
      readonly value: Member;
    }
  | {
      readonly kind: 'structure' | 'union';
      readonly name: string;
      readonly traits: Traits /** In the model's order. */;
      readonly members: readonly Member[];
    };

/** An operation; absent input or output is an empty structure of the name `<Operation>Input` or `<Operation>Output`. */
export interface Operation {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly errors: readonly string[];
  readonly paginated?: {
    readonly inputToken: string;
    readonly outputToken: string;
    readonly items?: string;
    readonly pageSize?: string;
  };
}

/** A service model, read and resolved. */
export interface ServiceModel {
  /** Where it came from, for messages. */
  readonly file: string;
  readonly sdkId: string;
  readonly apiVersion: string;
  readonly endpointPrefix: string;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly shapes: ReadonlyMap<string, Shape>;
}
