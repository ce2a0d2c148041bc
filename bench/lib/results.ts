import { mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describeMachine } from '@nlrn/cli';
import { replaceFile } from '@nlrn/files';
import type { GpuJsRow } from '../gpujs.ts';
import type { Row } from './row.ts';
import { machineSlug } from './slug.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Writes results/bench/<machine>.json, whole or not at all; returns its path from the repository's root. */
export function writeResults(
  rows: readonly Row[],
  versions: Readonly<Record<string, string>>,
  gpujs: readonly GpuJsRow[],
): string {
  const machine = describeMachine();
  const path = join(ROOT, 'results/bench', `${machineSlug(machine)}.json`);
  const results = { date: new Date().toISOString(), ...machine, versions, rows, gpujs };
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, [Buffer.from(`${JSON.stringify(results, rounded, 2)}\n`)]);
  return relative(ROOT, path);
}

/** Four digits are more than the figures are good for. */
export function rounded(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number(value.toPrecision(4));
}
