// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { clearsFields } from './clear.ts';
import {
  deletedBehindOurBack,
  deletedBusy,
  deletedInStates,
  deletedSettled,
  deletedWithRecord,
  deletedYoung,
} from './delete.ts';
import { refusesEdits, takesEdits, takesTags } from './edit.ts';
import type { Play } from './play.ts';
import { fails, settlesWithEvery, settlesWithFewest, showsStates } from './settle.ts';
import { meetsStranger } from './stranger.ts';

/** One part of a kind's life; it answers with what went wrong, one sentence each. */
export interface Scenario {
  readonly name: string;
  /** Why a kind does not have this part; undefined where it does. */
  readonly applies: (definition: ResourceDefinition) => boolean;
  readonly play: (play: Play) => Promise<string[]>;
}

/** All parts of a life. Every kind has those that apply to it, without a line of its own. */
export const scenarios: readonly Scenario[] = [
  { name: 'settles with the fewest fields', applies: always, play: settlesWithFewest },
  { name: 'settles with every field', applies: always, play: settlesWithEvery },
  { name: 'shows every state that AWS may show', applies: hasStates, play: showsStates },
  { name: "fails with AWS's reason, and is deleted then", applies: hasStates, play: fails },
  { name: 'takes an edit of each field that AWS updates', applies: hasUpdate, play: takesEdits },
  { name: 'refuses an edit of each field that AWS does not update', applies: always, play: refusesEdits },
  { name: 'clears a field that is taken out, or says that AWS keeps it', applies: always, play: clearsFields },
  { name: 'takes an edit of its tags', applies: ({ tags }) => tags !== undefined, play: takesTags },
  { name: 'is deleted as soon as it is created', applies: always, play: deletedYoung },
  { name: 'is deleted when it has settled', applies: always, play: deletedSettled },
  { name: 'is deleted in each state, waiting while AWS changes it', applies: hasStates, play: deletedInStates },
  { name: 'waits with its deletion while something within it is busy', applies: hasBusy, play: deletedBusy },
  { name: 'is deleted with its record where it says so', applies: leavesRecord, play: deletedWithRecord },
  { name: 'notices that it was deleted behind our back', applies: always, play: deletedBehindOurBack },
  { name: "leaves a stranger's resource of its name alone", applies: isNamed, play: meetsStranger },
];

function always(): boolean {
  return true;
}

function hasStates({ lifecycle }: ResourceDefinition): boolean {
  return lifecycle.kind !== 'config';
}

function hasUpdate({ operations }: ResourceDefinition): boolean {
  return operations.update !== undefined;
}

function hasBusy({ lifecycle }: ResourceDefinition): boolean {
  return lifecycle.busy !== undefined;
}

function leavesRecord({ lifecycle }: ResourceDefinition): boolean {
  return lifecycle.delete === 'stop';
}

function isNamed({ nameField }: ResourceDefinition): boolean {
  return nameField !== undefined;
}
