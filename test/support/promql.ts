// SPDX-License-Identifier: Apache-2.0

/** A selector in an expression of PromQL: `metric{label=~"a|b"}`. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

/** One matcher of a {@link Selector}. */
export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** The series of a scrape: of each metric the labels of each of its series. */
export type Scraped = ReadonlyMap<string, readonly ReadonlyMap<string, string>[]>;

/** Labels that Prometheus puts on whatever it scrapes from a pod. */
const TARGET_LABELS: ReadonlySet<string> = new Set(['namespace', 'job', 'pod', 'instance']);

const SELECTOR =
  /\b((?:ack|controller_runtime|workqueue|rest_client|leader_election|process|nodejs)_[a-z_]+)(?:\{([^}]*)\})?/g;
const MATCHER = /([a-z_]+)(=~|!~|!=|=)"([^"]*)"/g;

/** The selectors in an expression. */
export function selectorsIn(expression: string): Selector[] {
  return [...expression.matchAll(SELECTOR)].map(([, metric = '', inside = '']) => ({
    metric,
    matchers: [...inside.matchAll(MATCHER)].map(([, label = '', operator = '', value = '']) => ({
      label,
      operator,
      value,
    })),
  }));
}

/** Reads the text format of a scrape. */
export function readScrape(text: string): Scraped {
  const scraped = new Map<string, ReadonlyMap<string, string>[]>();
  for (const [, metric = '', inside = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)) {
    const labels = new Map(
      [...inside.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    );
    scraped.set(metric, [...(scraped.get(metric) ?? []), labels]);
  }
  return scraped;
}

/** What in an expression asks for something that no series of the scrape has: a metric, a label, the value of a label. */
export function unknownIn(expression: string, scraped: Scraped): string[] {
  const selectors = selectorsIn(expression);
  const grouped = [...expression.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(', '));
  const labels = new Set(selectors.flatMap(({ metric }) => labelsOf(scraped.get(metric) ?? [])));
  return [
    ...selectors.flatMap((selector) => unknownInSelector(selector, scraped)),
    ...grouped.filter((label) => !labels.has(label) && !TARGET_LABELS.has(label)).map((label) => `by ${label}`),
  ];
}

function unknownInSelector({ metric, matchers }: Selector, scraped: Scraped): string[] {
  const own = scraped.get(metric);
  if (own === undefined) return [metric];
  return matchers.flatMap(({ label, value }) => {
    // Filled in by Grafana.
    if (TARGET_LABELS.has(label)) return value.startsWith('$') ? [] : [`${metric}{${label}="${value}"}`];
    if (!labelsOf(own).includes(label)) return [`${metric}{${label}}`];
    const choices = value.split('|');
    // Of many kinds, say, those that have no objects yet have no series of some metrics.
    const series = choices.length > 1 ? [...scraped.values()].flat() : own;
    const values = new Set(series.map((labels) => labels.get(label)));
    return choices.filter((one) => !values.has(one)).map((one) => `${metric}{${label}="${one}"}`);
  });
}

/** The names of all labels that some of the series have. */
function labelsOf(series: readonly ReadonlyMap<string, string>[]): string[] {
  return [...new Set(series.flatMap((labels) => [...labels.keys()]))];
}
