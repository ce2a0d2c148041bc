import { DOMParser, parseHTML } from 'linkedom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawCurves } from '../lib/curvePlot.ts';
import { drawRows, MARKS, plotResults } from '../lib/plot.ts';
import type { Results } from '../lib/results.ts';
import { NARROW, WIDE } from '../lib/svg.ts';
import { MADE_UP_FIGURE, MADE_UP_TABLE, runsOf } from './madeUp.ts';

/** Every tag of well-formed XML is closed in the order of opening, and `&` begins an entity. */
function assertWellFormed(xml: string): void {
  const open: string[] = [];
  for (const [, closing, name, selfClosing] of xml.matchAll(/<(\/?)([\w:-]+)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
    if (closing) assert.is(open.pop(), name);
    else if (!selfClosing) open.push(name!);
  }
  assert.equal(open, []);
  assert.not.match(xml, /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i);
  assert.not.match(xml, /NaN|undefined|Infinity/);
}

const parse = (svg: string) => parseHTML(`<html><body>${svg}</body></html>`).document;

const textsIn = (svg: string) =>
  [...parse(svg).querySelectorAll('text')].map(({ textContent }) => textContent);

const withoutRuns = (results: Results): Results => ({
  ...results,
  train: null,
  test: null,
  rows: results.rows.map((row) => ({
    ...row,
    seeds: [],
    psnr: null,
    psnrSd: null,
    difference: null,
    verdict: 'missing',
  })),
});

test('plots are well-formed SVG documents that name themselves, also of what has not been run', () => {
  for (const results of [MADE_UP_TABLE, MADE_UP_FIGURE].flatMap((made) => [made, withoutRuns(made)])) {
    for (const svg of [plotResults(results), drawRows(results, WIDE), drawRows(results, NARROW)]) {
      assertWellFormed(svg);
      const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
      assert.is(root.localName, 'svg');
      assert.is(root.getAttribute('xmlns'), 'http://www.w3.org/2000/svg');
      assert.is(root.getAttribute('role'), 'img');
      const label = parse(svg).querySelector('svg')!.getAttribute('aria-label')!;
      assert.ok(label.includes(results.title), label);
    }
  }
});

test('a file has title, scale, and what its marks mean', () => {
  const texts = textsIn(plotResults(MADE_UP_TABLE));
  for (const text of [
    'Table 0: made up & <short>',
    'Preset quick: trained on 2 images of train400, tested on 2 images of set12',
    ...MARKS.bars,
  ]) {
    assert.ok(texts.includes(text), text);
  }
  assert.match(plotResults(MADE_UP_TABLE), /style="background: ?white/);
  assert.ok(
    textsIn(plotResults(withoutRuns(MADE_UP_FIGURE))).includes('Preset quick: nothing has been run yet'),
  );
});

/** Ends of the lines of a group, as written. */
function lines(svg: string, group: string, ends: readonly string[]): number[][] {
  const found = [...parse(svg).querySelectorAll(`[aria-label="${group}"] line`)];
  return found.map((line) => ends.map((end) => Number(line.getAttribute(end))));
}

test('the bars of a table: lengths as the differences, intervals around their ends, pale where it may be chance', () => {
  const rows = MADE_UP_TABLE.rows.map((row) =>
    row.variant === 'unknown' ? { ...row, difference: { mean: -0.2, low: -0.45, high: 0.05 } } : row,
  );
  const svg = drawRows({ ...MADE_UP_TABLE, rows }, WIDE);
  const bars = [...parse(svg).querySelectorAll('[aria-label="bar"] rect')];
  const widths = bars.map((bar) => Number(bar.getAttribute('width')));
  const pixels = widths[0]! / 0.3;
  const WITHIN_A_PIXEL = 1;
  [0.3, 0.12, 0.02, 0.1, 0.2].forEach((decibels, i) => {
    assert.ok(Math.abs(widths[i]! - decibels * pixels) <= WITHIN_A_PIXEL, `${i}: ${widths[i]}`);
  });
  assert.equal(
    bars.map((bar) => Number(bar.getAttribute('fill-opacity') ?? 1)),
    [1, 1, 0.35, 0.35, 0.35],
  );
  const intervals = lines(svg, 'rule', ['x1', 'x2']).filter(([x1, x2]) => x1 !== x2);
  const halves = intervals.map(([low, high]) => (high! - low!) / 2 / pixels);
  assert.equal(
    halves.map((half) => half.toFixed(2)),
    ['0.05', '0.04', '0.06', '0.25'],
  );
  const zero = Number(bars[0]!.getAttribute('x')) + widths[0]!;
  assert.ok(Math.abs((intervals[0]![0]! + intervals[0]![1]!) / 2 - (zero - widths[0]!)) <= WITHIN_A_PIXEL);
});

test('a row that failed does not hide the others: it is cut at eight times what the middle row reaches', () => {
  const rows = MADE_UP_TABLE.rows.map((row) =>
    row.variant === 'dot' ? { ...row, difference: { mean: -7, low: -15, high: 2 } } : row,
  );
  const svg = drawRows({ ...MADE_UP_TABLE, rows }, WIDE);
  const widths = [...parse(svg).querySelectorAll('[aria-label="bar"] rect')].map((bar) =>
    Number(bar.getAttribute('width')),
  );
  // The rows reach 15, 0.16, 0.2, 0.2 and 0.25 dB, the paper's differences counted; the middle one is 0.2.
  assert.is((widths[0]! / widths[4]!).toFixed(1), (8).toFixed(1));
  const texts = textsIn(svg);
  assert.is(texts.filter((text) => text === '◂').length, 1);
  assert.is(texts.filter((text) => text === '▸').length, 1);
  assert.ok(texts.includes('−7.00'));
  assert.not(textsIn(drawRows(MADE_UP_TABLE, WIDE)).some((text) => text === '◂' || text === '▸'));
});

test('a table’s numbers, ours and the paper’s, stand beside the bars; what is missing is said', () => {
  const texts = textsIn(drawRows(MADE_UP_TABLE, NARROW));
  for (const text of ['ours', '−0.30', '+0.12', 'missing', 'paper', '−0.40', 'lower']) {
    assert.ok(texts.includes(text), `${text} in ${texts}`);
  }
  // The paper's differences that are known, one of them of a row that is missing.
  assert.is(parse(drawRows(MADE_UP_TABLE, WIDE)).querySelectorAll('[aria-label="dot"] path').length, 5);
});

test('the points of a figure: at their PSNR, with their spread; claims, differences and gaps are marked', () => {
  const svg = drawRows(MADE_UP_FIGURE, WIDE);
  const dots = [...parse(svg).querySelectorAll('[aria-label="dot"] circle')];
  const heights = dots.map((dot) => Number(dot.getAttribute('cy')));
  const pixels = (heights[0]! - heights[2]!) / 0.4;
  assert.equal(
    heights.map((height) => ((heights[2]! - height) / pixels).toFixed(2)),
    ['-0.40', '-0.10', '0.00', '-0.05'],
  );
  const spreads = lines(svg, 'rule', ['y1', 'y2']).map(([y1, y2]) => Math.abs(y1! - y2!) / 2 / pixels);
  assert.is(spreads.filter((spread) => spread.toFixed(2) === '0.02').length, 4);
  const texts = textsIn(svg);
  assert.is(texts.filter((text) => text === '▼').length, 4);
  assert.is(texts.filter((text) => text === 'missing').length, 1);
  for (const text of ['3', '9', 'PSNR (dB)', 'q']) assert.ok(texts.includes(text), text);
  assert.is(parse(svg).querySelectorAll('[aria-label="dot"] path').length, 2);
});

test('curves: a line a seed over the full model’s, on axes shared with the others', () => {
  const all = runsOf(MADE_UP_TABLE);
  const of = (id: string) => all.filter((run) => run.id === id);
  for (const curve of ['loss', 'psnr'] as const) {
    const svg = drawCurves(curve, { runs: of('variant-dot'), full: of('full'), all, label: 'Dot <product>' });
    assertWellFormed(svg);
    assert.is(parse(svg).querySelectorAll('[aria-label="line"] path').length, 6);
  }
});

test.run();
