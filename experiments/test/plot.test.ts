import { DOMParser, parseHTML } from 'linkedom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawCurves } from '../lib/curvePlot.ts';
import { drawRows, marksOf, plotResults } from '../lib/plot.ts';
import type { Results, Row, Run } from '../lib/results.ts';
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
    ...marksOf(MADE_UP_TABLE),
  ]) {
    assert.ok(texts.includes(text), text);
  }
  assert.match(plotResults(MADE_UP_TABLE), /style="background: ?white/);
  assert.ok(
    textsIn(plotResults(withoutRuns(MADE_UP_FIGURE))).includes('Preset quick: nothing has been run yet'),
  );
});

const NONE = { seeds: [1, 2, 3], p: null, holm: null, seedsNeeded: null };

/** Ends of the lines of a group, as written. */
function lines(svg: string, group: string, ends: readonly string[]): number[][] {
  const found = [...parse(svg).querySelectorAll(`[aria-label="${group}"] line`)];
  return found.map((line) => ends.map((end) => Number(line.getAttribute(end))));
}

test('the bars of a table: lengths as the differences, intervals around their ends, pale where it may be chance', () => {
  const rows = MADE_UP_TABLE.rows.map((row) =>
    row.variant === 'curve' ? { ...row, difference: { ...NONE, mean: -0.2, low: -0.45, high: 0.05 } } : row,
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
  // BM3D, 0.3 dB above the full model; DnCNN is too far away.
  const [bm3d] = lines(svg, 'rule', ['x1']) as [[number]];
  assert.ok(Math.abs(bm3d[0] - Number(bars[1]!.getAttribute('x')) - 0.3 * pixels) <= WITHIN_A_PIXEL);
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
    row.variant === 'dot' ? { ...row, difference: { ...NONE, mean: -7, low: -15, high: 2 } } : row,
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

test('the points of a figure: at their PSNR, with their intervals; claims, gaps and other methods are marked', () => {
  const svg = drawRows(MADE_UP_FIGURE, WIDE);
  const dots = [...parse(svg).querySelectorAll('[aria-label="dot"] circle')];
  const heights = dots.map((dot) => Number(dot.getAttribute('cy')));
  const pixels = (heights[0]! - heights[2]!) / 0.4;
  assert.equal(
    heights.map((height) => ((heights[2]! - height) / pixels).toFixed(2)),
    ['-0.40', '-0.10', '0.00', '-0.05'],
  );
  const halves = lines(svg, 'rule', ['y1', 'y2']).map(([y1, y2]) =>
    (Math.abs(y1! - y2!) / 2 / pixels).toFixed(2),
  );
  assert.equal(
    ['0.05', '0.04', '0.06'].map((half) => halves.includes(half)),
    [true, true, true],
  );
  const [bm3d] = lines(svg, 'rule', ['y1']) as [[number]];
  assert.is(((heights[2]! - bm3d[0]) / pixels).toFixed(2), '0.30');
  const texts = textsIn(svg);
  assert.is(texts.filter((text) => text === '▼').length, 4);
  assert.is(texts.filter((text) => text === 'missing').length, 1);
  for (const text of ['3', '9', 'PSNR (dB)', 'q', 'BM3D 29.30']) assert.ok(texts.includes(text), text);
});

test('a figure’s axis is logarithmic; what has no place on it stands at its right', () => {
  const svg = drawRows(MADE_UP_FIGURE, WIDE);
  const dots = [...parse(svg).querySelectorAll('[aria-label="dot"] circle')];
  const [q3, q5, q9, image] = dots.map((dot) => Number(dot.getAttribute('cx'))) as [
    number,
    number,
    number,
    number,
  ];
  assert.is(((q5 - q3) / (q9 - q3)).toFixed(3), (Math.log(5 / 3) / Math.log(3)).toFixed(3));
  assert.ok(image > q9 + 10);
});

test('a row that lacks seeds is drawn by its difference on the seeds that both have, and named', () => {
  const rows = MADE_UP_FIGURE.rows.map((row) => ({
    ...row,
    seeds: [1, 2, 3],
    // The seed that it has is a lucky one.
    ...(row.variant === 'q3'
      ? { seeds: [1], psnr: 29.5, difference: { ...row.difference!, seeds: [1] } }
      : {}),
  }));
  const heightsOf = (figure: Results) =>
    [...parse(drawRows(figure, WIDE)).querySelectorAll('[aria-label="dot"] circle')].map((dot) =>
      dot.getAttribute('cy'),
    );
  const figure = { ...MADE_UP_FIGURE, rows };
  assert.equal(heightsOf(figure), heightsOf(MADE_UP_FIGURE));
  assert.match(
    marksOf(figure).join(' '),
    /Of fewer seeds than what they are compared with: q = 3 \(1 of 3\)\.$/,
  );
  assert.not.match(marksOf(MADE_UP_FIGURE).join(' '), /fewer/);
});

test('bars are above the full model, or, where rows are compared with several ones, above their counterparts', () => {
  assert.match(drawRows(MADE_UP_TABLE, WIDE), /PSNR above Full, "embedded" \(dB\)/);
  const rows = MADE_UP_TABLE.rows.map((row) => (row.variant === 'near' ? { ...row, against: 'once' } : row));
  assert.match(drawRows({ ...MADE_UP_TABLE, rows }, WIDE), /PSNR above its counterpart \(dB\)/);
});

test('a legend has what is drawn, and nothing else', () => {
  const of = (results: Results, change: (row: Row) => Row) =>
    marksOf({ ...results, rows: results.rows.map(change) }).join(' ');
  const same = (row: Row) => row;
  const single = (row: Row): Row => ({
    ...row,
    difference: row.difference && { ...row.difference, low: null, high: null },
  });
  const certain = (row: Row): Row => (row.difference?.low === null ? { ...row, difference: null } : row);
  assert.is(
    of(MADE_UP_TABLE, same),
    'Bars: ours, with the 95 % interval; pale: may be chance. Diamonds: the paper’s, at its scale. ' +
      'Red lines: other methods on the same images, as the paper has them. Beyond the axis: DnCNN 35.00 dB. ' +
      'Of fewer seeds than what they are compared with: One seed (1 of 3).',
  );
  assert.not.match(of(MADE_UP_TABLE, single), /interval/);
  assert.not.match(
    of({ ...MADE_UP_TABLE, rows: MADE_UP_TABLE.rows.filter(({ variant }) => variant !== 'near') }, certain),
    /pale/,
  );
  assert.match(
    of(MADE_UP_TABLE, (row) =>
      row.variant === 'dot' ? { ...row, difference: { ...NONE, mean: -7, low: -15, high: -6 } } : row,
    ),
    /; ◂: further than the axis reaches/,
  );
  for (const results of [MADE_UP_TABLE, MADE_UP_FIGURE]) {
    assert.not.match(marksOf(withoutRuns(results)).join(' '), /Bars|Dots|pale|▸|Red|Beyond/);
  }
  assert.is(
    of(MADE_UP_FIGURE, same),
    'Dots: ours, beside the full model on common seeds, with the 95 % interval of the difference to it. Dashed: the full model. ' +
      'q has a logarithmic scale. The paper finds, beside the full model: ▼ less. Red lines: other methods on the same images, ' +
      'as the paper has them. Beyond the axis: DnCNN 35.00 dB.',
  );
  assert.not.match(of(MADE_UP_FIGURE, single), /interval/);
  for (const results of [MADE_UP_TABLE, MADE_UP_FIGURE]) {
    assert.not.match(marksOf({ ...results, levels: [] }).join(' '), /Red|Beyond/);
  }
});

test('numbers that are not finite leave a gap', () => {
  const lost = (row: Row): Row =>
    row.variant === 'dot' || row.variant === 'q3'
      ? { ...row, psnr: Number.NaN, difference: { ...NONE, mean: Number.NaN, low: null, high: null } }
      : row;
  for (const results of [MADE_UP_TABLE, MADE_UP_FIGURE]) {
    const svg = drawRows({ ...results, rows: results.rows.map(lost) }, WIDE);
    assert.not.match(svg.replaceAll('>NaN<', '><'), /NaN|Infinity/);
  }
  const [first, ...others] = runsOf(MADE_UP_TABLE);
  const run = { ...first!, validationCurve: [{ step: 1, psnr: Number.NaN }, ...first!.validationCurve] };
  const all = [run, ...others];
  assertWellFormed(drawCurves('psnr', { runs: [run], full: [], all, label: 'x' }));
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

test('a curve breaks where it is beyond the axis, and a mark at the edge says so', () => {
  const [first] = runsOf(MADE_UP_TABLE);
  const psnrs = [24, 25, 7.4, 25, 26];
  const run: Run = {
    ...first!,
    validationCurve: psnrs.map((psnr, i) => ({ step: 100 * (i + 1), psnr })),
    lossCurve: [0.01, 0.011, 0.2, 0.012, 0.01].map((loss, i) => ({ step: 100 * (i + 1), loss })),
  };
  for (const [curve, turned] of [
    ['psnr', true],
    ['loss', false],
  ] as const) {
    const svg = drawCurves(curve, { runs: [run], full: [], all: [run], label: 'x' });
    const [path] = [...parse(svg).querySelectorAll('[aria-label="line"] path')];
    // Two pieces, of two points each.
    assert.match(path!.getAttribute('d')!, /^M[^ML]+L[^ML]+M[^ML]+L[^ML]+$/);
    const marks = [...parse(svg).querySelectorAll('[aria-label="dot"] path')];
    assert.equal(
      marks.map((mark) => mark.getAttribute('transform')?.includes('rotate(180)')),
      [turned],
      curve,
    );
  }
});

test('every tick of the loss has its label', () => {
  const [first] = runsOf(MADE_UP_TABLE);
  const lossCurve = [0.0095, 0.001].map((loss, i) => ({ step: i + 1, loss }));
  const run = { ...first!, lossCurve };
  const texts = textsIn(drawCurves('loss', { runs: [run], full: [], all: [run], label: 'x' }));
  assert.equal(
    texts.filter((text) => text.includes('e-')),
    ['1e-3', '2e-3', '5e-3'],
  );
});

test('a figure’s line breaks where a row is missing, and does not go to the whole image', () => {
  const svg = drawRows(MADE_UP_FIGURE, WIDE);
  const [path] = [...parse(svg).querySelectorAll('[aria-label="line"] path')];
  // q = 3 and 5; 7 is missing; 9 alone.
  assert.match(path!.getAttribute('d')!, /^M[^MLZ]+L[^MLZ]+M[^MLZ]+Z$/);
});

test('what a reader has to know beside a plot stands above it, after what its marks mean', () => {
  const remark = 'The whole image is more than q.';
  const drawn = (results: Results) => textsIn(plotResults(results));
  assert.equal(
    drawn({ ...MADE_UP_FIGURE, remark }).filter((text) => !drawn(MADE_UP_FIGURE).includes(text)),
    [remark],
  );
  assert.is(marksOf({ ...MADE_UP_FIGURE, remark }).at(-1), remark);
});

test.run();
