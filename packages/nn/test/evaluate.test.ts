import { createImage, datasetOf, generatedDataset, noisyVersion, psnr, toUint8Range } from '@nlrn/data';
import { broadcastTo, conv2d, full, referenceBackend, sub } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type EvaluationProgress, evaluate } from '../src/evaluate.ts';
import { evaluateSuperResolution } from '../src/evaluateSuperResolution.ts';
import type { Network } from '../src/network.ts';
import { meanQuality } from '../src/quality.ts';
import type { TrainedNoise } from '../src/weights.ts';

/** Makes every pixel darker by an amount. */
const darkerBy = (amount: number): Network => ({
  params: [],
  trained: [],
  statistics: [],
  forward: (x) => ({ output: sub(x, amount), updates: new Map() }),
});

const darker = darkerBy(0.1);

/** Leaves pixels as they are, in two instructions. */
const copying: Network = {
  ...darker,
  forward: (x) => ({ output: conv2d(x, full([1, 1, 1, 1], 1)), updates: new Map() }),
};

const backend = referenceBackend();
const dataset = generatedDataset('e', { count: 2, size: 16 });

/** Decibels, of a pixel or two that float32 puts on the other side of a half of 8 bits. */
const ROUNDING = 0.01;

test('both images are measured clipped and rounded to 8 bits, and the mean is over images', async () => {
  const { images, mean } = await evaluate({ network: darker, backend, dataset, sigma: 25, seeds: [4] });
  assert.equal(
    images.map(({ name }) => name),
    ['leaves-00.png', 'facade-01.png'],
  );
  dataset.images.forEach((item, i) => {
    const noisy = noisyVersion(item, 25, 4);
    const restored = { ...noisy, data: noisy.data.map((v) => Math.fround(v - Math.fround(0.1))) };
    assert.is(images[i]!.noisy.psnr, psnr(item.image, toUint8Range(noisy)));
    assert.is(images[i]!.restored.psnr, psnr(item.image, toUint8Range(restored)));
  });
  assert.is(mean!.restored.psnr, (images[0]!.restored.psnr + images[1]!.restored.psnr) / 2);
  assert.is(mean!.noisy.ssim, (images[0]!.noisy.ssim + images[1]!.noisy.ssim) / 2);
});

test('results of several draws of the noise are their means', async () => {
  const draws = await Promise.all(
    [[0], [3], [0, 3]].map((seeds) => evaluate({ network: darker, backend, dataset, sigma: 25, seeds })),
  );
  const [first, second, both] = draws.map(({ images }) => images[1]!);
  assert.is.not(first!.restored.psnr, second!.restored.psnr);
  assert.is(both!.restored.psnr, (first!.restored.psnr + second!.restored.psnr) / 2);
  assert.is(both!.noisy.ssim, (first!.noisy.ssim + second!.noisy.ssim) / 2);
  const [a, b] = draws[2]!.images;
  assert.is(draws[2]!.mean!.restored.psnr, (a!.restored.psnr + b!.restored.psnr) / 2);
});

test('the level of the noise reaches a network that is told it, and the contrast of one that was trained for another', async () => {
  const restoredBy = async (network: Network, sigma: number, trained?: TrainedNoise) =>
    (await evaluate({ network, backend, dataset, sigma, trained })).mean!.restored.psnr;
  const assertDarkerByAFifth = async (sigma: number, actual: number) => {
    const wanted = await restoredBy(darkerBy(0.2), sigma);
    assert.ok(Math.abs(actual - wanted) < ROUNDING, `${actual}, not ${wanted}`);
  };
  // At half the contrast 0.1 is 0.2.
  await assertDarkerByAFifth(50, await restoredBy(darker, 50, { low: 25, high: 25 }));
  // 51 / 255
  const darkerByItsLevel: Network = {
    ...darker,
    takesLevel: true,
    forward: (x, _mode, level) => ({ output: sub(x, broadcastTo(level!, x.shape)), updates: new Map() }),
  };
  await assertDarkerByAFifth(51, await restoredBy(darkerByItsLevel, 51));
});

test('progress goes from nothing to all, draw by draw, with the time left', async () => {
  const told: EvaluationProgress[] = [];
  const onProgress = (progress: EvaluationProgress) => told.push(progress);
  const [one, two] = dataset.images;
  const images = [one!, { ...two!, image: createImage(16, 32) }];
  const larger = { ...dataset, images };
  await evaluate({ network: copying, backend, dataset: larger, sigma: 25, seeds: [0, 1], onProgress });
  const sixths = told.map(({ image, done }) => [image, 6 * done] as const);
  assert.ok(sixths.every(([, done], i) => done >= (sixths[i - 1]?.[1] ?? 0)));
  // Half a draw, one of two instructions, is told, too: half a sixth of the small image, a sixth of the large one.
  const whole = sixths.filter(([, done], i) => Number.isInteger(done) && done !== sixths[i - 1]?.[1]);
  assert.ok(sixths.some(([, done]) => done === 0.5));
  assert.equal(whole, [
    [1, 0],
    [1, 1],
    [1, 2],
    [2, 3],
    [2, 4],
    [2, 5],
    [2, 6],
  ]);
  assert.is(told[0]!.secondsLeft, undefined);
  assert.is(told.at(-1)!.secondsLeft, 0);
  assert.ok(told.find(({ done }) => done === 1 / 3)!.secondsLeft! > 0);
});

test('a signal ends evaluation after an image, or in the midst of one', async () => {
  for (const at of [
    { image: 1, whole: true },
    { image: 2, whole: false },
  ]) {
    const controller = new AbortController();
    const { images } = await evaluate({
      network: darker,
      backend,
      dataset,
      sigma: 25,
      signal: controller.signal,
      onImage: () => at.whole && controller.abort(),
      onProgress: ({ image }) => !at.whole && image === at.image && controller.abort(),
    });
    assert.equal(
      images.map(({ name }) => name),
      ['leaves-00.png'],
    );
  }
});

test('one that is stopped before its first image is done has no means, and one without seeds is refused', async () => {
  const options = { network: darker, backend, dataset, sigma: 25 };
  const stopped = await evaluate({ ...options, signal: AbortSignal.abort() });
  assert.equal(stopped, { images: [], mean: undefined });
  const onProgress = () => assert.unreachable();
  assert.is(
    await evaluate({ ...options, seeds: [], onProgress }).then(String, String),
    'RangeError: seeds: there are none; give at least one, such as [0]',
  );
  assert.throws(
    () => meanQuality([]),
    (error: Error) => error instanceof RangeError,
  );
});

test('what a callback throws is no end by the signal', async () => {
  const { signal } = new AbortController();
  const onProgress = () => {
    throw new Error('mine');
  };
  const attempt = evaluate({ network: darker, backend, dataset, sigma: 25, signal, onProgress });
  assert.is(await attempt.then(String, String), 'Error: mine');
});

test('an image alone has the results that it has among others', async () => {
  const alone = { ...dataset, images: dataset.images.slice(1) };
  const [one, all] = await Promise.all(
    [alone, dataset].map((d) => evaluate({ network: darker, backend, dataset: d, sigma: 25 })),
  );
  assert.equal(one!.images[0], all!.images[1]);
});

/** What `evaluate` and `evaluateSuperResolution` refuse of images of these sizes. */
const faultsOf = async (network: Network, ...sides: readonly (readonly [number, number])[]) => {
  const images = sides.map(([width, height], i) => ({ name: `${i}.png`, image: createImage(width, height) }));
  const given = datasetOf('s', images);
  const faultOf = (work: Promise<unknown>) => work.then(() => 'none', String);
  return [
    await faultOf(evaluate({ network, backend, dataset: given, sigma: 25 })),
    await faultOf(evaluateSuperResolution({ network, backend, dataset: given, scales: [2, 3] })),
  ];
};

test('a data set without images is named, and an image that is too small for SSIM or the network', async () => {
  const empty = 'DataError: s: has no images to test on; give a data set that has some';
  assert.equal(await faultsOf(darker), [empty, empty]);
  const small = (size: string, needs: string) =>
    `DataError: s/1.png: ${size} pixels are too few, ${needs}; leave it out`;
  assert.equal(await faultsOf(darker, [20, 20], [10, 30]), [
    small('10 x 30', 'SSIM needs at least 11 x 11'),
    small('10 x 30', 'x2 needs at least 16 x 16'),
  ]);
  // Of 17 rows x3 has 15.
  assert.is((await faultsOf(darker, [20, 20], [20, 17]))[1], small('20 x 17', 'x3 needs at least 18 x 18'));
  assert.equal(await faultsOf({ ...darker, least: 19 }, [20, 20], [30, 18]), [
    small('30 x 18', 'this network needs at least 19 x 19'),
    small('30 x 18', 'x2 needs at least 20 x 20'),
  ]);
});

test('a network is tested by its task alone', async () => {
  const [restored] = await faultsOf({ ...darker, enlarges: 3 }, [20, 20]);
  assert.is(restored, 'TypeError: this network enlarges, by 3: it is tested by evaluateSuperResolution');
  const [, enlarged] = await faultsOf({ ...darker, takesLevel: true }, [20, 20]);
  assert.match(enlarged!, /^TypeError: this network is told the level of noise.* it is tested by evaluate$/);
  const [, tooMuch] = await faultsOf({ ...darker, enlarges: 2 }, [20, 20]);
  assert.is(tooMuch, 'RangeError: scales 2,3: this network enlarges by 2; leave 3 out');
  // It is given the small image.
  const [, least] = await faultsOf({ ...darker, enlarges: 3, least: 7 }, [20, 20]);
  assert.is(least, 'DataError: s/0.png: 20 x 20 pixels are too few, x3 needs at least 21 x 21; leave it out');
});

test.run();
