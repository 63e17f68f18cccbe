// SPDX-License-Identifier: Apache-2.0
import type { Settings } from '../settings.ts';

/**
 * What settings that were changed from ACK's defaults ask for and this controller does not do, a sentence each: ACK's other features
 * about roles, references and drift are accepted, so that its manifests and values files work.
 */
export function unsupportedSettings(settings: Settings): string[] {
  const { featureGates } = settings;
  const told: [isAsked: boolean, sentence: string][] = [
    [
      !settings.enableCarm,
      '--enable-carm=false: there are no roles of other accounts here; objects of namespaces that ask for another account are refused, not created in this one',
    ],
    [
      featureGates.get('TeamLevelCARM') === true,
      'TeamLevelCARM=true: there are no roles of teams here; objects of namespaces with a team-id are refused',
    ],
    [
      featureGates.get('ServiceLevelCARM') === true,
      'ServiceLevelCARM=true: there are no roles of other accounts here, so there is none for this service',
    ],
    [
      featureGates.get('IgnoreFieldDrift') === true,
      'IgnoreFieldDrift=true: the annotation ignore-field-drift has no effect; fields that the spec does not set are never compared',
    ],
  ];
  return told.flatMap(([isAsked, sentence]) => (isAsked ? [sentence] : []));
}
