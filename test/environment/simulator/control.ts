// SPDX-License-Identifier: Apache-2.0
import type { Resource } from './resource.ts';

/**
 * What a request asks of the simulator itself: a tag `simulator/<setting>`, or `SIMULATOR_<SETTING>` in its environment or among
 * its hyperparameters. Settings are `failure-reason`, `run-seconds` and `rule-status`.
 */
export function controlOf(resource: Resource, setting: string): string | undefined {
  const tag = resource.tags.get(`simulator/${setting}`);
  if (tag !== undefined) return tag;
  const name = `SIMULATOR_${setting.toUpperCase().replaceAll('-', '_')}`;
  const { data } = resource;
  const places = [data['Environment'], data['HyperParameters'], environmentOf(data['PrimaryContainer'])];
  const containers = data['Containers'];
  if (Array.isArray(containers)) places.push(...containers.map(environmentOf));
  for (const place of places) {
    if (typeof place === 'object' && place !== null && Object.hasOwn(place, name)) {
      return String((place as Record<string, unknown>)[name]);
    }
  }
  return undefined;
}

/** Why the next thing that can fail does fail, or undefined where it goes well. */
export function failureReasonOf(resource: Resource): string | undefined {
  return resource.failureReason ?? controlOf(resource, 'failure-reason');
}

function environmentOf(container: unknown): unknown {
  return typeof container === 'object' && container !== null
    ? (container as Record<string, unknown>)['Environment']
    : undefined;
}
