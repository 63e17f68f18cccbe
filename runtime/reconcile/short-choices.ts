// SPDX-License-Identifier: Apache-2.0
import { nearestName } from '../nearest-name.ts';

// A dozen can be read.
const MOST_CHOICES = 12;
// Nothing that is permitted is as long.
const LONGEST_VALUE = 100;
const CHOICES =
  /(Value '([^']*)' at '[^']*' failed to satisfy constraint: (?:Member must satisfy constraint: \[)?Member must satisfy enum value set: )\[([^\]]*)\]/g;

/** A validation message of AWS whose list of permitted values is cut short where it is long, by the value that was probably meant. */
export function withShortChoices(message: string): string {
  return message.replace(CHOICES, (whole, words, value, list) => {
    const choices = String(list).split(', ');
    if (choices.length <= MOST_CHOICES) return whole;
    const nearest = value.length > LONGEST_VALUE ? undefined : nearestName(value, choices);
    const shown = nearest === undefined ? choices.slice(0, MOST_CHOICES) : [nearest];
    return `${words}[${shown.join(', ')} and ${choices.length - shown.length} more]${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}`;
  });
}
