import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawGraph } from '../../page/graph.ts';
import { partsOf } from './drawn.ts';

/** A box for each letter, and what it reads. */
function graphOf(graph: Readonly<Record<string, string>>) {
  const boxes = Object.entries(graph).map(([id, inputs]) => {
    return { id, lines: [id, '[2]'], inputs: [...inputs], isGiven: inputs === '', isForward: true };
  });
  const parts = partsOf(() => drawGraph(boxes, 'a graph')).map(({ attributes }) => attributes);
  const frames = parts.filter((part) => part.class?.endsWith('box'));
  return {
    frames: frames.map(({ x, y, width, height }) => [x, y, width, height].map(Number) as Numbers),
    arrows: parts.filter((part) => part.class === 'arrow').map(({ d }) => d!),
  };
}

type Numbers = [x: number, y: number, width: number, height: number];

/** Places on an arrow: a line downwards, and a curve with its two other points. */
function placesOn(arrow: string): [x: number, y: number][] {
  const [x0, y0, , y1, ax, ay, bx, by, x2, y2] = arrow.match(/-?[\d.]+/g)!.map(Number) as number[];
  const at = (t: number, [p, a, b, q]: readonly number[]) =>
    (1 - t) ** 3 * p! + 3 * (1 - t) ** 2 * t * a! + 3 * (1 - t) * t ** 2 * b! + t ** 3 * q!;
  const shares = Array.from({ length: 101 }, (_, i) => i / 100);
  return [
    ...shares.map((t): [number, number] => [x0!, y0! + t * (y1! - y0!)]),
    ...shares.map((t): [number, number] => [at(t, [x0!, ax!, bx!, x2!]), at(t, [y1!, ay!, by!, y2!])]),
  ];
}

const heads = (arrows: readonly string[]) => arrows.filter((arrow) => arrow.includes('m')).length;

test('a box stands below all that it reads, with an arrow from each', () => {
  const { frames, arrows } = graphOf({ x: '', y: '', z: 'xy' });
  const [x, y, z] = frames as [Numbers, Numbers, Numbers];
  assert.is(x[1], y[1]);
  assert.ok(z[1] > x[1] + x[3]);
  assert.is(z[0] + z[2] / 2, (x[0] + y[0] + y[2]) / 2);
  assert.is(heads(arrows), 2);
});

test('no arrow lies behind a box, however many layers it crosses', () => {
  const { frames, arrows } = graphOf({ x: '', a: 'x', b: 'a', c: 'bx', d: 'cax', e: 'dx' });
  assert.is(heads(arrows), 9);
  for (const arrow of arrows)
    for (const [x, y] of placesOn(arrow))
      for (const [left, top, width, height] of frames)
        assert.not.ok(x > left && x < left + width && y > top && y < top + height, arrow);
});

test('a graph of more boxes than the page can draw at once is not drawn, and has its size said', () => {
  const boxes = (count: number) =>
    Array.from({ length: count }, (_, i) => {
      return {
        id: `${i}`,
        lines: ['mul'],
        inputs: i === 0 ? [] : [`${i - 1}`],
        isGiven: i === 0,
        isForward: true,
      };
    });
  // A frame and a line for each, and an arrow to all but the first.
  assert.is(partsOf(() => drawGraph(boxes(500), 'a graph')).length, 3 * 500 - 1);
  assert.equal(
    partsOf(() => drawGraph(boxes(501), 'a graph')),
    ['Too large to draw (501 boxes).'],
  );
});

test.run();
