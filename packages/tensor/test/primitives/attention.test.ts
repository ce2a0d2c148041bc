import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type AttentionParams,
  input,
  mul,
  Random,
  type Shape,
  sizeOf,
  type Tensor,
  windowedAttention,
  windowedAttentionGrad,
} from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';

/** Rounding of float64. */
const ROUNDING = 1e-14;

/** theta, psi and g with one channel each on an H x W image. */
const features = (H: number, W: number) =>
  (['theta', 'psi', 'g'] as const).map((name) => input(name, [1, H, W, 1])) as [Tensor, Tensor, Tensor];

const ones = (n: number) => new Array<number>(n).fill(1);
const range = (n: number) => [...new Array<number>(n).keys()];
const assertClose = (found: readonly number[], expected: readonly number[]) => {
  assert.is(found.length, expected.length);
  for (const [i, value] of expected.entries()) {
    assert.ok(
      Math.abs(found[i]! - value) <= ROUNDING * Math.max(1, Math.abs(value)),
      `${found} is not ${expected}`,
    );
  }
};

const softmax = (q: number): AttentionParams => ({ q, normalize: 'softmax' });
const mean = (q: number): AttentionParams => ({ q, normalize: 'mean' });

test('equal logits: the mean of the neighbourhood', async () => {
  const { Z, logits } = windowedAttention(...features(3, 3), softmax(3));
  const feeds = { theta: new Array(9).fill(0), psi: range(9), g: range(9) };
  const [found, S] = await evaluate([Z, logits], feeds);
  assertClose(found, new Array(9).fill(4));
  assert.equal(S, new Array(81).fill(0));
});

test('a neighbour whose logit is larger by ln 2 counts twice', async () => {
  const { Z } = windowedAttention(...features(3, 3), softmax(3));
  const first = [1, 0, 0, 0, 0, 0, 0, 0, 0];
  const feeds = { theta: ones(9), psi: first.map((one) => one * Math.LN2), g: first };
  // 2 / (2 + 8)
  assertClose((await evaluate([Z], feeds))[0], new Array(9).fill(0.2));
});

test('the mean of the products, for metrics without exponential', async () => {
  const { Z } = windowedAttention(...features(3, 3), mean(3));
  const feeds = { theta: range(9), psi: range(9), g: ones(9) };
  // theta_i (0 + 1 + … + 8) / 9
  assertClose((await evaluate([Z], feeds))[0], [0, 4, 8, 12, 16, 20, 24, 28, 32]);
});

test('a neighbour’s place is where it lies in the window', async () => {
  const { logits } = windowedAttention(...features(5, 5), softmax(3));
  const [S] = await evaluate([logits], { theta: ones(25), psi: range(25), g: ones(25) });
  // Pixel (0, 0): rows -1, 0, 1 and columns -1, 0, 1, and -1 is the last one of the image.
  assert.equal(S.slice(0, 9), [24, 20, 21, 4, 0, 1, 9, 5, 6]);
  // Pixel (1, 2): rows 0, 1, 2 and columns 1, 2, 3.
  assert.equal(S.slice(7 * 9, 8 * 9), [1, 2, 3, 6, 7, 8, 11, 12, 13]);
});

test('where the window is the image, a neighbour’s place is its own', async () => {
  const { logits } = windowedAttention(...features(3, 3), softmax(3));
  const [S] = await evaluate([logits], { theta: ones(9), psi: range(9), g: ones(9) });
  assert.equal(S, new Array(9).fill(range(9)).flat());
});

test('the statistics of a pixel: its largest logit, and the sum of what the exponentials are relative to it', async () => {
  const [theta, psi, g] = features(1, 1);
  const previous = input('previous', [1, 1, 1, 9]);
  const feeds = { theta: [1], psi: [2], g: [1], previous: [0, 0, 0, 0, 3, 0, 0, 0, 3 - Math.LN2] };
  // Logits: seven times 2, 5, and 5 - ln 2.
  const [found] = await evaluate(
    [windowedAttention(theta, psi, g, { ...softmax(3), previous }).statistics],
    feeds,
  );
  assertClose(found, [5, 1.5 + 7 * Math.exp(-3)]);
  const [counted] = await evaluate(
    [windowedAttention(theta, psi, g, { ...mean(3), previous }).statistics],
    feeds,
  );
  assert.equal(counted, [0, 9]);
});

test('a window larger than the image meets pixels again', async () => {
  const { Z, logits } = windowedAttention(...features(1, 2), softmax(3));
  const [found, S] = await evaluate([Z, logits], { theta: [0, 1], psi: [0, Math.LN2], g: [3, 9] });
  // Columns -1, 0, 1 are pixels 1, 0, 1, in three rows that are the same one.
  assertClose(found, [(3 + 9 + 9) / 3, (3 + 2 * 9 + 3) / 4]);
  // Pixel 1 has columns 0, 1, 2, which are pixels 0, 1, 0.
  assert.equal(S.slice(9, 12), [0, Math.LN2, 0]);
});

test('the previous logits are added', async () => {
  const previous = input('previous', [1, 1, 1, 1]);
  const { Z, logits } = windowedAttention(...features(1, 1), { ...mean(1), previous });
  const feeds = { theta: [2], psi: [3], g: [10], previous: [4] };
  assert.equal(await evaluate([Z, logits], feeds), [[100], [10]]);
});

test('softmax weights sum to one, however large the logits', async () => {
  const random = new Random('weights');
  const [theta, psi, g] = features(4, 5);
  const { Z } = windowedAttention(mul(theta, 40), mul(psi, 40), g, softmax(3));
  const draw = () => range(20).map(() => random.normal());
  assertClose((await evaluate([Z], { theta: draw(), psi: draw(), g: ones(20) }))[0], ones(20));
});

test('a shifted image gives a shifted result: the border is circular', async () => {
  const random = new Random('shift');
  const [H, W] = [5, 6];
  const shifted = (data: readonly number[]) =>
    range(H * W).map((i) => data[((Math.floor(i / W) + 2) % H) * W + ((i + 1) % W)]!);
  const draw = () => range(H * W).map(() => random.normal());
  const feeds = { theta: draw(), psi: draw(), g: draw() };
  const moved = { theta: shifted(feeds.theta), psi: shifted(feeds.psi), g: shifted(feeds.g) };
  for (const params of [softmax(3), softmax(7), mean(5)]) {
    const { Z } = windowedAttention(...features(H, W), params);
    assertClose((await evaluate([Z], moved))[0], shifted((await evaluate([Z], feeds))[0]));
  }
});

const shapes = (names: readonly string[], shape: Shape) => names.map((name) => input(name, shape));

test('gradients of a window of one pixel', async () => {
  const [gZ, theta, psi, g, gLogits] = shapes(['gZ', 'theta', 'psi', 'g', 'gLogits'], [1, 1, 1, 1]);
  const previous = input('previous', [1, 1, 1, 1]);
  const feeds = { gZ: [7], theta: [2], psi: [3], g: [10], previous: [0] };
  const of = (params: AttentionParams & { gLogits?: Tensor }) => {
    const features = { theta: theta!, psi: psi!, g: g! };
    const forward = { ...features, ...windowedAttention(theta!, psi!, g!, { ...params, previous }) };
    return Object.values(windowedAttentionGrad(gZ!, forward, params));
  };
  // Z = theta psi g = 60: dtheta = 7 · 30, dpsi = 7 · 20, dg = 7 · 6, dlogits = 7 · 10; previous = 6 - 2 · 3
  assert.equal(await evaluate(of(mean(1)), feeds), [[210], [140], [42], [70], [0]]);
  // The weight is 1, whatever the logit.
  assert.equal(await evaluate(of(softmax(1)), feeds), [[0], [0], [7], [0], [0]]);
  // A cotangent of the logits goes to theta and psi.
  assert.equal(await evaluate(of({ ...softmax(1), gLogits: gLogits! }), { ...feeds, gLogits: [5] }), [
    [15],
    [10],
    [7],
    [5],
    [0],
  ]);
});

test('gradients of softmax in the logits of a pixel sum to zero', async () => {
  const random = new Random('zero sum');
  const image = [2, 3, 4];
  const inputs = [...shapes(['gZ', 'theta', 'psi', 'g'], [...image, 2]), input('previous', [...image, 25])];
  const [gZ, theta, psi, g, previous] = inputs as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const forward = { theta, psi, g, ...windowedAttention(theta, psi, g, { ...softmax(5), previous }) };
  const { dlogits } = windowedAttentionGrad(gZ, forward, softmax(5));
  const names = ['gZ', 'theta', 'psi', 'g', 'previous'];
  const feeds = Object.fromEntries(
    inputs.map(({ shape }, i) => [names[i]!, range(sizeOf(shape)).map(() => random.normal())]),
  );
  const [found] = await evaluate([dlogits], feeds);
  const sums = range(24).map((i) => found.slice(i * 25, (i + 1) * 25).reduce((a, b) => a + b));
  assertClose(sums, new Array(24).fill(0));
});

test('shapes that do not fit', () => {
  const [theta, psi, g] = features(3, 4);
  const other = input('other', [1, 3, 4, 2]);
  assert.throws(
    () => windowedAttention(theta, psi, g, softmax(4)),
    /q must be odd so that a window has a centre, is 4/,
  );
  assert.throws(
    () => windowedAttention(theta, psi, g, softmax(0)),
    /q must be a whole number of at least 1, is 0/,
  );
  assert.throws(
    () => windowedAttention(theta, psi, g, { q: 3, normalize: 'sigmoid' as 'mean' }),
    /windowedAttention: normalize must be softmax or mean, is sigmoid/,
  );
  assert.throws(
    () => windowedAttention(theta, other, g, softmax(3)),
    /windowedAttention: theta \[1, 3, 4, 1\], psi \[1, 3, 4, 2\], .*: theta and psi must be \[B, H, W, l\]/,
  );
  assert.throws(
    () => windowedAttention(theta, psi, input('h', [1, 4, 3, 1]), softmax(3)),
    /g must be \[B, H, W, m\] with the same B, H and W/,
  );
  assert.throws(
    () => windowedAttention(theta, psi, g, { ...softmax(3), previous: other }),
    /previous must be \[1, 3, 4, 9\], is \[1, 3, 4, 2\]/,
  );
  assert.throws(
    () => windowedAttentionGrad(g, { theta, psi, g, Z: g, logits: g, statistics: g }, softmax(3)),
    /logits must be \[1, 3, 4, 9\]/,
  );
  assert.throws(
    () => windowedAttentionGrad(other, { theta, psi, g, Z: g, logits: g, statistics: g }, softmax(3)),
    /gZ must be \[1, 3, 4, 1\] as g is, is \[1, 3, 4, 2\]/,
  );
  assert.throws(
    () => windowedAttentionGrad(g, { theta, psi, g, Z: other, logits: g, statistics: g }, softmax(3)),
    /: Z must be \[1, 3, 4, 1\] as g is, is \[1, 3, 4, 2\]/,
  );
});

test.run();
