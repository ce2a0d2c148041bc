import { DOMParser, parseHTML } from 'linkedom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plotRows } from '../lib/plot.ts';
import { rowsOf } from '../lib/statistics.ts';
import { runWith, TINY_EXPERIMENT } from './tiny.ts';

const rows = rowsOf(TINY_EXPERIMENT, { runs: [runWith('dot', 1, 24), runWith('full', 1, 30.25)] });
const svg = plotRows(TINY_EXPERIMENT, rows, 'trained on <few> & small images');

/** Every tag of well-formed XML is closed in the order of opening, and `&` begins an entity. */
function assertWellFormed(xml: string): void {
  const open: string[] = [];
  for (const [, closing, name, selfClosing] of xml.matchAll(/<(\/?)([\w:-]+)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
    if (closing) assert.is(open.pop(), name);
    else if (!selfClosing) open.push(name!);
  }
  assert.equal(open, []);
  assert.not.match(xml, /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i);
}

test('the plot is a well-formed SVG document', () => {
  assertWellFormed(svg);
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  assert.is(root.localName, 'svg');
  assert.is(root.getAttribute('xmlns'), 'http://www.w3.org/2000/svg');
});

test('title, subtitle, labels and numbers, ours and the paper’s, are in it', () => {
  const { document } = parseHTML(`<html><body>${svg}</body></html>`);
  const texts = [...document.querySelectorAll('text')].map(({ textContent }) => textContent);
  for (const text of [
    TINY_EXPERIMENT.title,
    'trained on <few> & small images',
    'Dot product',
    'Full, "embedded"',
    '24.00',
    '30.25',
    'paper 30.50 (Set12)',
  ]) {
    assert.ok(texts.includes(text), `${text} in ${texts}`);
  }
  // A dot a variant, and one for the paper's number.
  assert.is(document.querySelectorAll('circle').length, 3);
});

test.run();
