// SPDX-License-Identifier: Apache-2.0
import type { FieldType, StructureShape } from '../../runtime/definition.ts';

/** Numbers in [0, 1) that follow from a seed (mulberry32), so that a failing case can be run again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A random spec that fits a shape: about half of the members set, none of them empty or zero, user keys of every kind. */
export function randomSpec(shape: StructureShape, random: () => number): Record<string, unknown> {
  return randomStructure(shape, random, 0);
}

const KEYS = ['a', 'b', '__proto__', 'constructor', 'toString', 'with/slash', 'with.dot', 'ünï', '0'];

function randomValue(type: FieldType, random: () => number, depth: number): unknown {
  const below = (limit: number): number => Math.floor(random() * limit);
  if (type === 'string') return `s${below(1_000)}`;
  if (type === 'boolean') return true;
  if (type === 'integer') return 1 + below(1_000_000);
  if (type === 'number') return (1 + below(1_000)) / 100;
  if (type === 'timestamp') return `${new Date(below(2_000_000_000) * 1000).toISOString().slice(0, 19)}Z`;
  if (type === 'blob') return Buffer.from(`b${below(1_000)}`).toString('base64');
  if ('list' in type) return Array.from({ length: 1 + below(3) }, () => randomValue(type.list, random, depth + 1));
  if ('map' in type) {
    const keys = KEYS.filter(() => random() < 0.4);
    return Object.fromEntries(
      (keys.length > 0 ? keys : ['a']).map((key) => [key, randomValue(type.map, random, depth + 1)]),
    );
  }
  return randomStructure(type.structure, random, depth + 1);
}

function randomStructure(shape: StructureShape, random: () => number, depth: number): Record<string, unknown> {
  const chance = depth > 5 ? 0.1 : 0.5;
  const chosen = shape.members.filter(() => random() < chance);
  const members = chosen.length > 0 ? chosen : shape.members.slice(0, 1);
  return Object.fromEntries(members.map((member) => [member.json, randomValue(member.type, random, depth)]));
}
