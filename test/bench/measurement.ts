// SPDX-License-Identifier: Apache-2.0

/** One measured figure, beside what it may be. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most it may be; absent for figures that are only shown. */
  readonly budget?: number;
  /** The ACK controller's figure under the same load, and its conditions. */
  readonly ack?: string;
}

/** The rows of an earlier run, those that were measured anew in their places, and what is new at the end. */
export function mergeMeasurements(former: readonly Measurement[], newer: readonly Measurement[]): Measurement[] {
  const byName = new Map([...former, ...newer].map((measurement) => [measurement.name, measurement]));
  return [...byName.values()];
}

/** The table that `npm run bench` prints; a figure beyond its budget is marked. */
export function formatTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map((measurement) => [
    measurement.name,
    `${round(measurement.value)} ${measurement.unit}`,
    measurement.budget === undefined ? '' : `<= ${measurement.budget} ${measurement.unit}`,
    measurement.budget !== undefined && measurement.value > measurement.budget ? 'EXCEEDED' : '',
    measurement.ack ?? '',
  ]);
  const header = ['figure', 'ours', 'budget', '', 'ACK controller'];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[header, ...rows].map(line).join('\n')}\n`;
}

/** The value below which a share of the sorted values lies; 0 for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function round(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Math.round(value * 100) / 100);
}
