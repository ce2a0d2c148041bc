// Slow: computes the formulas literally, pixel by pixel.

import { type Conv, Parameters } from '@nlrn/nn';
import {
  type Backend,
  input,
  Random,
  referenceBackend,
  type Shape,
  sizeOf,
  variable,
  wasmBackend,
} from '@nlrn/tensor';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { type NlrnConfig, PAPER_CONFIG } from '../src/config.ts';
import { METRICS, type Metric, ruleOf } from '../src/metrics.ts';
import { applyNonLocal, createNonLocal, type NonLocal } from '../src/nonLocal.ts';

/** Largest difference over the largest value, or over 1: some hundred roundings of float32, 6e-8 each. */
const TOLERANCE = 1e-5;

type Vector = readonly number[];
/** pixels[b][y][x] is the feature vector of a pixel. */
type Pixels = readonly (readonly (readonly Vector[])[])[];

const dot = (a: Vector, b: Vector) => a.reduce((total, value, c) => total + value * b[c]!, 0);
const distance2 = (a: Vector, b: Vector) => a.reduce((total, value, c) => total + (value - b[c]!) ** 2, 0);

/** The logit of two pixels' features, by how they are compared. */
const LOGITS: Readonly<Record<ReturnType<typeof ruleOf>['similarity'], (a: Vector, b: Vector) => number>> = {
  dot,
  distance: (a, b) => -distance2(a, b) / a.length,
};
const modulo = (i: number, n: number) => ((i % n) + n) % n;

/** Keeps the dot products' normaliser from zero, a neighbour. */
const EPSILON = 1e-3;

/** What the formulas need: a pixel's embeddings by 1 x 1 convolutions. */
interface Embeddings {
  readonly theta: (X: Vector) => Vector;
  readonly psi: (X: Vector) => Vector;
  readonly g: (X: Vector) => Vector;
}

/** The logit of two pixels by a metric's rule. */
function logitOf(metric: Metric, i: Vector, j: Vector, { theta, psi }: Embeddings): number {
  const { embeddings, similarity } = ruleOf(metric);
  const left = embeddings === 'none' ? i : theta(i);
  const right = { none: () => j, shared: () => theta(j), separate: () => psi(j) }[embeddings]();
  return LOGITS[similarity](left, right);
}

/** A correlation S^t: for each pixel of each image its logits, by the neighbour's offset. */
type Correlation = ReadonlyMap<string, number>;

/**
 * Eq. (4)-(6) as they stand: Z_i = sum over j in S_i of Phi(X_i, X_j) G_j, over its normaliser, where a
 * logit is that of this state plus that of the previous one for the same pair; then the skip connection.
 */
function literally(X: Pixels, e: Embeddings, metric: Metric, q: number, previous: Correlation) {
  const isExponential = ruleOf(metric).normalize === 'softmax';
  const r = (q - 1) / 2;
  const correlation = new Map<string, number>();
  const output = X.map((image, b) =>
    image.map((line, y) =>
      line.map((Xi, x) => {
        const Z = Xi.map(() => 0);
        let normalizer = 0;
        for (let dy = -r; dy <= r; dy++) {
          for (let dx = -r; dx <= r; dx++) {
            const Xj = image[modulo(y + dy, image.length)]![modulo(x + dx, line.length)]!;
            const pair = `${b}: ${y}, ${x} -> ${dy}, ${dx}`;
            const S = logitOf(metric, Xi, Xj, e) + (previous.get(pair) ?? 0);
            correlation.set(pair, S);
            const weight = isExponential ? Math.exp(S) : S;
            normalizer += isExponential ? weight : Math.abs(weight) + EPSILON;
            e.g(Xj).forEach((value, c) => {
              Z[c]! += weight * value;
            });
          }
        }
        return Xi.map((value, c) => value + Z[c]! / normalizer);
      }),
    ),
  );
  return { output, correlation };
}

function randomConv(name: string, C: number, K: number, random: Random): Conv {
  const draw = (scale: number, n: number) =>
    Float32Array.from({ length: n }, () => scale * (2 * random.uniform() - 1));
  return {
    weight: variable(`${name}.weight`, [1, 1, C, K], draw(0.8, C * K)),
    bias: variable(`${name}.bias`, [K], draw(0.5, K)),
  };
}

const embed =
  ({ weight, bias }: Conv) =>
  (X: Vector): Vector =>
    [...bias.initial].map(
      (b, k) =>
        b +
        dot(
          X,
          X.map((_, c) => weight.initial[c * bias.initial.length + k]!),
        ),
    );

const toPixels = (data: Vector, [B, H, W, m]: readonly [number, number, number, number]): Pixels =>
  range(B).map((b) =>
    range(H).map((y) => range(W).map((x) => data.slice(((b * H + y) * W + x) * m).slice(0, m))),
  );

const range = (n: number) => [...new Array<number>(n).keys()];

/** [B, H, W], m, l, q: odd, one-wide and square images, windows of one pixel, of the image, and larger. */
const SETTINGS: readonly (readonly [readonly [number, number, number], number, number, number])[] = [
  ...[1, 3, 5, 7, 11].map((q) => [[2, 5, 6], 3, 2, q] as const),
  [[1, 5, 5], 5, 3, 5],
  [[2, 7, 3], 4, 4, 3],
  [[1, 1, 8], 3, 5, 3],
  [[1, 9, 1], 3, 1, 5],
  [[1, 9, 11], 9, 5, 9],
];

const backends = { reference: async () => referenceBackend(), wasm: () => wasmBackend({ threads: 2 }) };

for (const [name, open] of Object.entries(backends)) {
  const nonLocal = suite(`Eq. (4)-(6): ${name}`);
  let backend: Backend;
  nonLocal.before(async () => {
    backend = await open();
  });
  nonLocal.after(() => backend.dispose());

  for (const metric of METRICS) {
    for (const [image, m, l, q] of SETTINGS) {
      nonLocal(`${metric}, ${image.join(' x ')}, m ${m}, l ${l}, q ${q}`, async () => {
        const random = new Random(`${metric} ${image} ${q}`);
        const weights: NonLocal = {
          theta: ruleOf(metric).embeddings !== 'none' ? randomConv('theta', m, l, random) : undefined,
          psi: ruleOf(metric).embeddings === 'separate' ? randomConv('psi', m, l, random) : undefined,
          g: randomConv('g', m, m, random),
        };
        const config: NlrnConfig = { ...PAPER_CONFIG, channels: m, embedding: l, neighborhood: q, metric };
        const shape = [...image, m] as const;
        const draw = () => Float32Array.from({ length: sizeOf(shape) }, () => 2 * random.uniform() - 1);
        const feeds = { X1: draw(), X2: draw() };

        const first = applyNonLocal(input('X1', shape), weights, config, undefined);
        const second = applyNonLocal(input('X2', shape), weights, config, first.correlation);
        const graph = { first: first.output, second: second.output, correlation: second.correlation };
        const found = await backend.compile({ outputs: graph }).run(feeds);

        const none = () => assert.unreachable(`${metric} has no such embedding`) as never;
        const e: Embeddings = {
          theta: weights.theta ? embed(weights.theta) : none,
          psi: weights.psi ? embed(weights.psi) : none,
          g: embed(weights.g),
        };
        const X1 = toPixels([...feeds.X1], shape);
        const X2 = toPixels([...feeds.X2], shape);
        const expected1 = literally(X1, e, metric, q, new Map());
        const expected2 = literally(X2, e, metric, q, expected1.correlation);
        assertClose(found.first!, expected1.output.flat(3));
        assertClose(found.second!, expected2.output.flat(3));
        assertClose(found.correlation!, placed(expected2.correlation, image, q));
      });
    }
  }
  nonLocal.run();
}

test('W_g starts at zero, W_psi like W_theta, and the embeddings are those of the metric', () => {
  const random = new Random('start');
  const config: NlrnConfig = { ...PAPER_CONFIG, channels: 4, embedding: 2 };
  for (const metric of METRICS) {
    const { theta, psi, g } = createNonLocal(new Parameters(() => random.uniform()), { ...config, metric });
    assert.is(theta !== undefined, ruleOf(metric).embeddings !== 'none', metric);
    assert.is(psi !== undefined, ruleOf(metric).embeddings === 'separate', metric);
    assert.equal([...g.weight.initial, ...g.bias.initial], new Array(20).fill(0));
    if (!theta || !psi) continue;
    assert.equal([...psi.weight.initial], [...theta.weight.initial]);
    assert.is.not(psi.weight.initial, theta.weight.initial, 'each has its own');
  }
});

test('the rules of Table 1', () => {
  const described = (metric: Metric) => Object.values(ruleOf(metric)).join(' ');
  // Two pixels' features themselves, or embedded; exponentials are normalised by softmax.
  assert.is(described('euclidean'), 'none distance softmax');
  assert.is(described('dotProduct'), 'none dot magnitude');
  assert.is(described('embeddedDotProduct'), 'separate dot magnitude');
  assert.is(described('gaussian'), 'none dot softmax');
  assert.is(described('symmetricEmbeddedGaussian'), 'shared dot softmax');
  assert.is(described('embeddedGaussian'), 'separate dot softmax');
});

test('a metric without a rule is refused by name', () => {
  const unknown: NlrnConfig = { ...PAPER_CONFIG, metric: 'manhattan' as Metric };
  assert.throws(
    () => createNonLocal(new Parameters(() => 0.5), unknown),
    /^no metric is named manhattan; there are euclidean, dotProduct, /,
  );
});
test.run();

/** The logits where `windowedAttention` documents them: at their place in the window, or their own if it is the image. */
function placed(correlation: Correlation, [B, H, W]: Shape, q: number): number[] {
  const r = (q - 1) / 2;
  const isDense = q === H && q === W;
  return range(B! * H! * W!).flatMap((i) => {
    const [y, x] = [Math.floor(i / W!) % H!, i % W!];
    const row = new Array<number>(q * q);
    for (let dy = -r; dy <= r; dy++) {
      for (let dx = -r; dx <= r; dx++) {
        const pair = `${Math.floor(i / (H! * W!))}: ${y}, ${x} -> ${dy}, ${dx}`;
        const place = isDense ? modulo(y + dy, q) * q + modulo(x + dx, q) : (dy + r) * q + dx + r;
        row[place] = correlation.get(pair)!;
      }
    }
    return row;
  });
}

function assertClose(found: ArrayLike<number>, expected: readonly number[]): void {
  assert.is(found.length, expected.length);
  const largest = Math.max(1, ...expected.map(Math.abs));
  const error = Math.max(...expected.map((value, i) => Math.abs(found[i]! - value))) / largest;
  assert.ok(error <= TOLERANCE, `relative error ${error}`);
}
