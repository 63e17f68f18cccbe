// SPDX-License-Identifier: Apache-2.0

/** The traits of a shape or member, by full id (`smithy.api#required`). Unread: values are what the file says. */
export type AstTraits = Readonly<Record<string, unknown>>;

/** A member of a shape in the Smithy JSON AST. */
export interface AstMember {
  readonly name: string;
  /** A full shape id, `com.amazonaws.sagemaker#RoleArn`. */
  readonly target: string;
  readonly traits: AstTraits;
}

/** A shape of the Smithy JSON AST. What its type does not have is empty. */
export interface AstShape {
  /** The full shape id. */
  readonly id: string;
  /** Smithy's type name: `structure`, `service` … */
  readonly type: string;
  readonly traits: AstTraits;
  /** Of structures, unions and enums; of lists `member`; of maps `key` and `value`. In the file's order. */
  readonly members: readonly AstMember[];
  /** Of services. */
  readonly version?: string;
  readonly rename?: Readonly<Record<string, string>>;
  /** Ids of the operations of a service or resource; for a resource also those of its lifecycle (`create`, `read` …). */
  readonly operations: readonly string[];
  readonly resources: readonly string[];
  /** Ids of the errors of a service or operation. */
  readonly errors: readonly string[];
  /** Of operations. */
  readonly input?: string;
  readonly output?: string;
}

/** A Smithy model, syntactically read: mixins are flattened and `apply` statements are applied. Prelude shapes are not among its shapes. */
export interface SmithyAst {
  /** For messages. */
  readonly file: string;
  readonly shapes: ReadonlyMap<string, AstShape>;
}

/** The part of a shape id behind the namespace. */
export function localName(id: string): string {
  return id.slice(id.indexOf('#') + 1);
}
