// Slow: opens a backend for each case and number of threads.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bandsInLanes } from '../../../src/backends/wasm/lower/attention/bandsInLanes.ts';
import {
  type Graph,
  input,
  Random,
  referenceBackend,
  reshape,
  type Shape,
  sizeOf,
  type Tensor,
  wasmBackend,
  windowedAttention,
  windowedAttentionGrad,
} from '../../../src/index.ts';
import { compileGraph } from '../../../src/program/compile.ts';

/** Sums of a few hundred products in float32, relative to the largest number; a wrong term is a hundred times larger. */
const TOLERANCE = 1e-5;

const [l, m] = [3, 10];

/** Two states, of which the second adds the first one's logits. */
function twoStates(image: Shape, q: number, normalize: 'softmax' | 'mean') {
  const [theta, psi, g] = [
    input('theta', [...image, l]),
    input('psi', [...image, l]),
    input('g', [...image, m]),
  ];
  const first = windowedAttention(theta, psi, g, { q, normalize });
  const second = windowedAttention(psi, theta, first.Z, { q, normalize, previous: first.logits });
  return { theta, psi, g, first, second };
}

/** Their gradients, that of Z being g, for which the first state's logits are rebuilt. */
function gradients(image: Shape, q: number, normalize: 'softmax' | 'mean'): { [name: string]: Tensor } {
  const params = { q, normalize };
  const { theta, psi, g, first, second } = twoStates(image, q, normalize);
  const back = windowedAttentionGrad(g, { theta: psi, psi: theta, g: first.Z, ...second }, params);
  const forward = { theta, psi, g, ...first, logits: back.previous };
  const { dtheta, dpsi, dg } = windowedAttentionGrad(back.dg, forward, { ...params, gLogits: back.dlogits });
  return { Z: second.Z, dtheta, dpsi, dg };
}

function feedsOf(image: Shape): { [name: string]: Float32Array } {
  const random = new Random('bands in lanes');
  const draw = (C: number) =>
    Float32Array.from({ length: sizeOf([...image, C]) }, () => 2 * random.uniform() - 1);
  return { theta: draw(l), psi: draw(l), g: draw(m) };
}

const inLanes = (outputs: Graph['outputs']) =>
  bandsInLanes(compileGraph({ outputs }, { memory: 'arena', scratch: () => [] })).size;

async function run(outputs: Graph['outputs'], feeds: { [name: string]: Float32Array }, threads: number) {
  const backend = await wasmBackend({ threads });
  const results = await backend.compile({ outputs }).run(feeds);
  await backend.dispose();
  return results;
}

/** Largest absolute value; NaN if there is one. */
const largestOf = (values: readonly number[]) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

const CASES: { title: string; outputs: Graph['outputs']; image: Shape; isInLanes: boolean }[] = [
  ...(['softmax', 'mean'] as const).flatMap((normalize) => [
    { image: [8, 5, 7], outputs: gradients([8, 5, 7], 3, normalize), isInLanes: true },
    { image: [1, 16, 6], outputs: { Z: twoStates([1, 16, 6], 5, normalize).second.Z }, isInLanes: true },
    // Lanes without an image, or without a row of one.
    { image: [7, 5, 6], outputs: gradients([7, 5, 6], 3, normalize), isInLanes: false },
    { image: [1, 15, 6], outputs: { Z: twoStates([1, 15, 6], 5, normalize).second.Z }, isInLanes: false },
  ]),
  // More than is packed at once: slabs of columns, the last one narrower.
  { image: [1, 8, 6723], outputs: { Z: twoStates([1, 8, 6723], 3, 'softmax').second.Z }, isInLanes: true },
  // Somebody else reads logits.
  { image: [8, 5, 7], outputs: { S: twoStates([8, 5, 7], 3, 'softmax').second.logits }, isInLanes: false },
].map((c) => ({ ...c, title: `${c.image.join(' x ')}, ${Object.keys(c.outputs).join(', ')}` }));

for (const { title, outputs, image, isInLanes } of CASES) {
  test(`logits between attentions stand in lanes where all lanes are full and nobody else reads them: ${title}`, async () => {
    assert.is(inLanes(outputs) > 0, isInLanes);
    const feeds = feedsOf(image);
    const expected = await referenceBackend({ precision: 'float64' }).compile({ outputs }).run(feeds);
    const [alone, shared] = [await run(outputs, feeds, 1), await run(outputs, feeds, 3)];
    assert.equal(alone, shared);
    for (const name of Object.keys(outputs)) {
      const [result, exact] = [Array.from(alone[name]!), Array.from(expected[name]!)];
      const largest = largestOf(exact);
      const error = largestOf(exact.map((x, i) => x - result[i]!));
      assert.ok(error <= TOLERANCE * largest, `${name}: ${error} of ${largest}`);
    }
  });
}

test('logits that are reshaped between two attentions have no lanes', async () => {
  const image = [8, 4, 6] as const;
  const { theta, psi, g } = twoStates([...image], 3, 'softmax');
  const first = windowedAttention(theta, psi, g, { q: 3, normalize: 'softmax' });
  const regrouped = (x: Tensor) => reshape(x, [16, 2, 6, x.shape[3]!]);
  const previous = regrouped(first.logits);
  const second = windowedAttention(regrouped(psi), regrouped(theta), regrouped(first.Z), {
    q: 3,
    normalize: 'softmax',
    previous,
  });
  const outputs = { Z: second.Z };
  assert.is(inLanes(outputs), 0);
  const feeds = feedsOf([...image]);
  const [ours, right] = [
    await run(outputs, feeds, 1),
    await referenceBackend().compile({ outputs }).run(feeds),
  ];
  const errors = [...right.Z!].map((value, i) => value - ours.Z![i]!);
  assert.ok(largestOf(errors) < TOLERANCE * largestOf([...right.Z!]), `${largestOf(errors)}`);
});

test.run();
