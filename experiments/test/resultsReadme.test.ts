/** results/README.md: its examples run, and it says what every column and verdict is. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatComparisonCsv } from '../comparison/comparisonTable.ts';
import { RESULTS, type Results, VERDICTS } from '../lib/results.ts';
import { formatCsv } from '../lib/table.ts';

const README = readFileSync(join(RESULTS, 'README.md'), 'utf8');

/** The first code block in a language. */
function example(language: string): string {
  const [, code] = README.split(`\`\`\`${language}\n`);
  return code!.split('```')[0]!;
}

/** The first cells of the table below a heading. */
function namesBelow(heading: string): string[] {
  const [table] = README.slice(README.indexOf(heading)).match(/(?:^\|.*\n)+/m)!;
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name!);
}

/** The lines that a program prints in the folder of the results. */
function linesOf(command: string, args: readonly string[]): string[][] {
  const out = execFileSync(command, args, { cwd: RESULTS, encoding: 'utf8' });
  return out
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split('\t'));
}

const readResults = (): Results =>
  JSON.parse(readFileSync(join(RESULTS, 'quick/ablation-metrics.json'), 'utf8')) as Results;

test('every column and every verdict is explained', () => {
  const [header] = formatCsv({ rows: [] }).split('\n');
  assert.equal(namesBelow('## Columns'), header!.split(','));
  const [ofComparisons] = formatComparisonCsv({ comparison: 'denoising', rows: [] }).split('\n');
  assert.equal(namesBelow('Columns of `denoising.csv`'), ofComparisons!.split(','));
  const [enlarged] = formatComparisonCsv({ comparison: 'super-resolution', rows: [] }).split('\n');
  assert.is(enlarged, ofComparisons!.replace('sigma', 'scale').replace('noisy_psnr_db,', ''));
  assert.equal(namesBelow('Verdicts:').toSorted(), [...VERDICTS].toSorted());
});

test('the JavaScript example prints title and rows', () => {
  const { title, rows } = readResults();
  const [first, ...lines] = linesOf(process.execPath, ['--input-type=module', '-e', example('js')]);
  assert.equal(first, [title]);
  assert.equal(
    lines.map(([label, psnr, , verdict]) => [label, psnr, verdict]),
    rows.map(({ label, psnr, verdict }) => [label, psnr?.toFixed(2) ?? 'missing', verdict]),
  );
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const python = suite('in Python');

const withPython = hasPython() ? python : python.skip;

withPython('the Python example prints rows, then the images of every run', () => {
  const { rows } = readResults();
  const lines = linesOf('python3', ['-c', example('python')]);
  assert.equal(
    lines.slice(0, rows.length).map(([label, psnr, verdict]) => [label, psnr, verdict]),
    rows.map(({ label, psnr, verdict }) => [label, psnr?.toFixed(4) ?? 'missing', verdict]),
  );
  const images = lines.slice(rows.length);
  assert.ok(images.some(([id, seed]) => id === 'full' && seed === '1'));
  assert.ok(images.every(([, , name, psnr]) => name!.endsWith('.png') && Number(psnr) > 0));
});

if (!hasPython()) console.log('SKIP the Python example of results/README.md: there is no python3');

test.run();
python.run();
