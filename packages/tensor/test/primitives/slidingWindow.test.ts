import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { outputsOf, phasesOf, type SlidingWindow } from '../../src/primitives/slidingWindow.ts';

const PLAIN: SlidingWindow = { taps: 3, stride: 1, before: 1, after: 1, dilation: 1, inputDilation: 1 };

test('how many places a filter has', () => {
  assert.is(outputsOf(5, PLAIN), 5);
  assert.is(outputsOf(5, { ...PLAIN, stride: 2 }), 3);
  assert.is(outputsOf(5, { ...PLAIN, dilation: 3 }), 1);
  assert.is(outputsOf(5, { ...PLAIN, dilation: 4 }), -1);
  assert.is(outputsOf(5, { ...PLAIN, inputDilation: 2 }), 9);
});

test('without an input dilation there is one phase, of all outputs and taps', () => {
  assert.equal(phasesOf(4, { ...PLAIN, stride: 2, dilation: 3 }), [
    { first: 0, step: 1, count: 4, tap: 0, tapStep: 1, taps: 3, origin: -1, stride: 2, dilation: 3 },
  ]);
});

/** Every pair [output, tap] with the input that it sees, by the definition. */
function seen(outputs: number, { taps, stride, before, dilation, inputDilation }: SlidingWindow): string[] {
  const found: string[] = [];
  for (let i = 0; i < outputs; i++) {
    for (let u = 0; u < taps; u++) {
      const input = (i * stride + u * dilation - before) / inputDilation;
      if (Number.isInteger(input)) found.push(`${i} ${u} ${input}`);
    }
  }
  return found.sort();
}

/** The same as the phases have it. */
function seenInPhases(outputs: number, window: SlidingWindow): string[] {
  const found = phasesOf(outputs, window).flatMap((phase) =>
    Array.from({ length: phase.count * phase.taps }, (_, at) => {
      const [m, n] = [Math.floor(at / phase.taps), at % phase.taps];
      const input = phase.origin + m * phase.stride + n * phase.dilation;
      return `${phase.first + m * phase.step} ${phase.tap + n * phase.tapStep} ${input}`;
    }),
  );
  return found.sort();
}

test('phases have each tap of each output that lies on a pixel, once', () => {
  for (const inputDilation of [1, 2, 3, 4, 6]) {
    for (const stride of [1, 2, 3, 4]) {
      for (const dilation of [1, 2, 3, 4]) {
        for (const before of [-3, 0, 1, 4]) {
          const window = { taps: 5, stride, before, after: 0, dilation, inputDilation };
          assert.equal(seenInPhases(7, window), seen(7, window), JSON.stringify(window));
        }
      }
    }
  }
});

test('every output is in one phase', () => {
  const phases = phasesOf(7, { ...PLAIN, inputDilation: 4, dilation: 2 });
  assert.equal(
    phases
      .flatMap(({ first, step, count }) => Array.from({ length: count }, (_, m) => first + m * step))
      .sort(),
    [0, 1, 2, 3, 4, 5, 6],
  );
  // Taps two apart meet pixels four apart from every second output alone.
  assert.equal(
    phases.map(({ taps }) => taps),
    [0, 2, 0, 1],
  );
});

test.run();
