// SPDX-License-Identifier: Apache-2.0

/** Matchers of PromQL that tell this controller's series from those of others, by label. */
export interface MetricScope {
  /** On `kind`, by the name of the kind. */
  readonly kind: string;
  /** On `controller`, by the lower-case name of the kind, as controller-runtime has it. */
  readonly controller: string;
  /** The same on `name`, which the queues' metrics have. */
  readonly queue: string;
  readonly service: string;
  /** What each process of this controller shows, and nobody else: a metric, and the matcher that makes it ours. */
  readonly leader: { readonly metric: string; readonly matcher: string };
}

/** The series of a metric that all matchers take. */
export function at(metric: string, ...matchers: readonly string[]): string {
  return `${metric}{${matchers.join(',')}}`;
}

/** Makes the {@link MetricScope} of a service's controller. */
export function metricScope(serviceName: string, group: string, kinds: readonly string[]): MetricScope {
  const names = kinds.map((kind) => kind.toLowerCase()).join('|');
  return {
    kind: `kind=~"${kinds.join('|')}"`,
    controller: `controller=~"${names}"`,
    queue: `name=~"${names}"`,
    service: `service="${serviceName}"`,
    leader: { metric: 'leader_election_master_status', matcher: `name="ack-${group}"` },
  };
}
