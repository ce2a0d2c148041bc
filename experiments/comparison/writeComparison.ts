import { join } from 'node:path';
import { writeJson, writeText } from '../lib/jsonFiles.ts';
import { WIDE } from '../lib/svg.ts';
import { type Comparison, comparisonSchema } from './comparison.ts';
import { formatComparisonCsv } from './comparisonTable.ts';
import { PRICES, type Price, plotTrade } from './tradePlot.ts';

/** Writes a table as JSON, CSV and two plots; each appears whole or not at all. Returns where. */
export function writeComparison(folder: string, comparison: Comparison): string {
  const { comparison: name } = comparison;
  writeJson(join(folder, `${name}.json`), comparisonSchema, comparison);
  writeText(join(folder, `${name}.csv`), formatComparisonCsv(comparison));
  for (const price of Object.keys(PRICES) as Price[]) {
    writeText(join(folder, `${name}.${price}.svg`), `${plotTrade(comparison, price, WIDE, true)}\n`);
  }
  return join(folder, `${name}.{json,csv,time.svg,parameters.svg}`);
}
