// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import { nearestName } from '../nearest-name.ts';
import { isRecord } from './parse-json.ts';
import type { AstMember, AstShape, AstTraits } from './smithy-ast.ts';

/** A shape as the file has it, before its mixins are part of it. */
export interface RawShape extends AstShape {
  readonly mixins: readonly string[];
}

/** Makes the members, traits and lists of mixins part of the shapes that use them, and drops the mixins themselves. */
export function flattenMixins(shapes: ReadonlyMap<string, RawShape>, file: string): Map<string, AstShape> {
  const done = new Map<string, AstShape>();
  const open = new Set<string>();
  const flatten = (shape: RawShape): AstShape => {
    const ready = done.get(shape.id);
    if (ready) return ready;
    if (open.has(shape.id)) throw new GeneratorError('is a mixin of itself', { file, path: shape.id });
    open.add(shape.id);
    const flat = shape.mixins.reduceRight((result, id) => {
      const mixin = shapes.get(id);
      if (!mixin)
        throw new GeneratorError(`uses the mixin ${id}, which does not exist${suggestion(id, shapes)}`, {
          file,
          path: shape.id,
        });
      return mixIn(flatten(mixin), result);
    }, withoutMixins(shape));
    done.set(shape.id, flat);
    return flat;
  };
  const result = new Map<string, AstShape>();
  for (const shape of shapes.values()) if (!('smithy.api#mixin' in shape.traits)) result.set(shape.id, flatten(shape));
  return result;
}

/** Adds the traits of `apply` statements to the members (`ns#Shape$member`) they name; for a shape of the same file JSON has no such statement. */
export function applyStatements(
  shapes: Map<string, AstShape>,
  statements: ReadonlyMap<string, AstTraits>,
  file: string,
): Map<string, AstShape> {
  for (const [path, traits] of statements) {
    const [id = '', memberName] = path.split('$');
    const shape = shapes.get(id);
    if (!shape)
      throw new GeneratorError(`applies traits to ${id}, which does not exist${suggestion(id, shapes)}`, {
        file,
        path,
      });
    const at = shape.members.findIndex((member) => member.name === memberName);
    const member = shape.members[at];
    if (!member) throw new GeneratorError(`applies traits to a member that ${id} does not have`, { file, path });
    shapes.set(id, {
      ...shape,
      members: shape.members.with(at, { ...member, traits: { ...member.traits, ...traits } }),
    });
  }
  return shapes;
}

function mixIn(mixin: AstShape, shape: AstShape): AstShape {
  const own = new Map(shape.members.map((member) => [member.name, member]));
  const inherited = mixin.members.map((member): AstMember => {
    const override = own.get(member.name);
    own.delete(member.name);
    return override ? { ...override, traits: { ...member.traits, ...override.traits } } : member;
  });
  return {
    ...mixin,
    ...shape,
    traits: { ...inheritedTraits(mixin), ...shape.traits },
    members: [...inherited, ...own.values()],
    operations: [...mixin.operations, ...shape.operations],
    resources: [...mixin.resources, ...shape.resources],
    errors: [...mixin.errors, ...shape.errors],
  };
}

/** All traits of a mixin but itself and those it keeps for itself. */
function inheritedTraits(mixin: AstShape): AstTraits {
  const trait = mixin.traits['smithy.api#mixin'];
  const localTraits = isRecord(trait) && Array.isArray(trait['localTraits']) ? trait['localTraits'] : [];
  return Object.fromEntries(
    Object.entries(mixin.traits).filter(([id]) => id !== 'smithy.api#mixin' && !localTraits.includes(id)),
  );
}

function withoutMixins({ mixins: _, ...shape }: RawShape): AstShape {
  return shape;
}

function suggestion(id: string, shapes: ReadonlyMap<string, unknown>): string {
  const nearest = nearestName(id, shapes.keys());
  return nearest === undefined ? '' : `; the nearest name is ${nearest}`;
}
