// SPDX-License-Identifier: Apache-2.0
import { controlOf } from '../control.ts';
import { type Data, type Resource, wireTime } from '../resource.ts';
import { sagemakerArn } from '../scope.ts';

const RULE_LISTS = [
  ['DebugRuleConfigurations', 'DebugRuleEvaluationStatuses'],
  ['ProfilerRuleConfigurations', 'ProfilerRuleEvaluationStatuses'],
] as const;

/** The evaluation statuses of a job's rules, those not known yet beginning as InProgress. */
export function startedRules(resource: Resource, data: Data, at: number): Data {
  const result: Record<string, unknown> = {};
  for (const [rules, statuses] of RULE_LISTS) {
    const configured = (data[rules] ?? []) as readonly Data[];
    if (configured.length === 0) continue;
    const known = new Map(
      ((data[statuses] ?? []) as readonly Data[]).map((one) => [one['RuleConfigurationName'], one]),
    );
    result[statuses] = configured.map(
      ({ RuleConfigurationName: name }) => known.get(name) ?? evaluation(resource, String(name), at),
    );
  }
  return result;
}

/** The evaluation statuses when the rules have been judged: no issue found, unless the job asks for another status. */
export function endedRules(resource: Resource, at: number): Data | undefined {
  const status = controlOf(resource, 'rule-status') ?? 'NoIssuesFound';
  const result: Record<string, unknown> = {};
  for (const [, statuses] of RULE_LISTS) {
    const list = resource.data[statuses] as readonly Data[] | undefined;
    if (!list?.some((one) => one['RuleEvaluationStatus'] === 'InProgress')) continue;
    result[statuses] = list.map((one) =>
      one['RuleEvaluationStatus'] === 'InProgress'
        ? { ...one, RuleEvaluationStatus: status, LastModifiedTime: wireTime(at) }
        : one,
    );
  }
  return Object.keys(result).length > 0 ? result : undefined;
}

function evaluation(resource: Resource, rule: string, at: number): Data {
  const job = String(resource.data['TrainingJobName']).slice(0, 20);
  return {
    RuleConfigurationName: rule,
    RuleEvaluationJobArn: sagemakerArn(
      resource.scope,
      `processing-job/${job}-${rule}-${resource.sequence}`.toLowerCase(),
    ),
    RuleEvaluationStatus: 'InProgress',
    LastModifiedTime: wireTime(at),
  };
}
