// SPDX-License-Identifier: Apache-2.0
import { percentile } from './measurement.ts';

/** One line of a chart. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What a chart shows. */
export interface Chart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

const width = 640;
const height = 320;
const margin = { left: 52, right: 150, top: 32, bottom: 40 };
// Told apart on light and dark backgrounds, and by people who see fewer colours.
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

/** A latency for each percentile from the least to the 99th and the greatest. */
export function percentiles(name: string, values: readonly number[]): Series {
  const shares = [0.01, ...Array.from({ length: 19 }, (_, index) => (index + 1) / 20), 0.99, 1];
  return { name, points: shares.map((share) => [share * 100, percentile(values, share)] as const) };
}

/** A count for each second. */
export function perSecond(name: string, counts: readonly number[]): Series {
  return { name, points: counts.map((count, second) => [second, count] as const) };
}

/** The chart as an SVG of its own, small and without anything to load. */
export function drawChart({ title, x, y, series }: Chart): string {
  const points = series.flatMap((one) => one.points);
  const right = niceMaximum(Math.max(...points.map(([value]) => value), 1));
  const top = niceMaximum(Math.max(...points.map(([, value]) => value), 1e-3));
  const at = (value: number): number => margin.left + (value / right) * (width - margin.left - margin.right);
  const up = (value: number): number => height - margin.bottom - (value / top) * (height - margin.top - margin.bottom);
  const ticks = (most: number): number[] => [0, 1, 2, 3, 4].map((part) => (most * part) / 4);
  const text = (left: number, low: number, words: string, more = ''): string =>
    `<text x="${round(left)}" y="${round(low)}" ${more}>${escaped(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#777">`,
    `<title>${escaped(title)}</title>`,
    text(margin.left, 18, title, 'font-size="13"'),
    ...ticks(top).flatMap((value) => [
      `<path d="M${margin.left} ${round(up(value))}H${width - margin.right}" stroke="#777" stroke-opacity=".25"/>`,
      text(margin.left - 6, up(value) + 4, String(round(value)), 'text-anchor="end"'),
    ]),
    ...ticks(right).map((value) =>
      text(at(value), height - margin.bottom + 16, String(round(value)), 'text-anchor="middle"'),
    ),
    text((margin.left + width - margin.right) / 2, height - 8, x, 'text-anchor="middle"'),
    text(14, height / 2, y, `text-anchor="middle" transform="rotate(-90 14 ${height / 2})"`),
    ...series.flatMap((one, index) => {
      const colour = colours[index % colours.length];
      const line = one.points.map(([left, value]) => `${round(at(left))} ${round(up(value))}`).join('L');
      return [
        `<path d="M${line}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
        text(width - margin.right + 10, margin.top + 14 + index * 16, one.name, `fill="${colour}"`),
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}

function niceMaximum(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
