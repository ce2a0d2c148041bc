import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Curve, drawCurve } from '../../page/curve.ts';
import { partsOf } from './drawn.ts';

/** A curve's labels, those of the vertical axis before the others, and its lines. */
function drawn(curve: Omit<Curve, 'label'>) {
  const children = partsOf(() => drawCurve({ label: 'loss', ...curve }));
  const labels = children.flatMap((child) => child.children);
  const lines = children.filter(({ attributes }) => attributes.class?.startsWith('line'));
  return { labels, lines: lines.map(({ attributes }) => attributes.d) };
}

const at = (...ys: number[]) => ys.map((y, i) => ({ x: i + 1, y }));

test('an axis has round numbers', () => {
  assert.equal(drawn({ points: at(10, 14) }), {
    labels: ['10', '11', '12', '13', '14', '0', '1', '2'],
    lines: ['M262.0 194.0L468.0 10.0'],
  });
  assert.equal(drawn({ points: at(0.1, 10), isLogarithmic: true }).labels.slice(0, 7), [
    ...['0.1', '0.2', '0.5', '1', '2', '5', '10'],
  ]);
});

test('points that have no place on the axis are left out', () => {
  for (const isLogarithmic of [true, false]) {
    const { labels, lines } = drawn({ points: at(1, 2), isLogarithmic });
    for (const y of [Infinity, -Infinity, NaN])
      assert.equal(drawn({ points: [...at(1, 2), { x: 2, y }], isLogarithmic }), { labels, lines });
  }
  const zero = drawn({ points: at(1, 0), isLogarithmic: true });
  assert.equal(zero.labels, ['1', '0', '1', '2']);
  for (const isLogarithmic of [true, false])
    assert.equal(drawn({ points: at(Infinity), isLogarithmic }).lines, []);
});

test('a training may be as long as one likes', () => {
  const points = Array.from({ length: 200_000 }, (_, i) => ({ x: i + 1, y: i % 2 }));
  const [line] = drawn({ points }).lines;
  assert.is(line!.split('L').length, 400);
});

test.run();
