// SPDX-License-Identifier: Apache-2.0
import { minWidth, type PatternNode, type Sequence, sum, UnsupportedPattern } from './pattern-node.ts';

/** RE2 counts no further, nor may counts inside counts multiply to more. */
export const maxRepeat = 1000;

// Each piece of 1000 costs the API server memory and time for every value.
const maxPieces = 5;

/**
 * Says counts above RE2's limit otherwise: a bound that the length rule implies anyway is dropped, any other is split into pieces that stand
 * one after the other. `maxLength` is of the whole value, whose whole pattern the sequence is. Throws an UnsupportedPattern where neither is possible.
 */
export function limitRepeats(sequence: Sequence, maxLength: number | undefined): Sequence {
  const total = sum(sequence, minWidth);
  const limited = sequence.flatMap((node) => {
    if (node.kind !== 'repeat') return [node];
    const tooMany = total - minWidth(node) + minWidth(node.of) * (node.max + 1);
    const isImplied = maxLength !== undefined && tooMany > maxLength;
    return split(isImplied && node.max > maxRepeat ? { ...node, max: Number.POSITIVE_INFINITY } : node);
  });
  for (const node of limited) checkCounts(node, maxRepeat);
  return limited;
}

function split(node: Extract<PatternNode, { kind: 'repeat' }>): PatternNode[] {
  const { min, max } = node;
  const isOpen = max === Number.POSITIVE_INFINITY;
  if (min <= maxRepeat && (isOpen || max <= maxRepeat)) return [node];
  const pieces: PatternNode[] = [];
  for (let rest = min; rest > 0; rest -= maxRepeat)
    pieces.push({ ...node, min: Math.min(rest, maxRepeat), max: Math.min(rest, maxRepeat) });
  if (isOpen) pieces.push({ ...node, min: 0 });
  else
    for (let rest = max - min; rest > 0; rest -= maxRepeat)
      pieces.push({ ...node, min: 0, max: Math.min(rest, maxRepeat) });
  if (pieces.length > maxPieces) throw new UnsupportedPattern(`a count of ${Number.isFinite(max) ? max : min}`);
  return pieces;
}

/** RE2's own rule: `allowed` shrinks by every count around. */
function checkCounts(node: PatternNode, allowed: number): void {
  if (node.kind === 'group')
    for (const sequence of node.body) for (const inner of sequence) checkCounts(inner, allowed);
  if (node.kind !== 'repeat') return;
  const count = Number.isFinite(node.max) ? node.max : node.min;
  if (count > allowed) throw new UnsupportedPattern(`counts that multiply to more than ${maxRepeat}`);
  checkCounts(node.of, count > 0 ? Math.floor(allowed / count) : allowed);
}
