import { createImage, dihedral, type Image } from '@nlrn/data';
import {
  add,
  type Backend,
  broadcastTo,
  conv2d,
  minimum,
  mul,
  pixelShuffle,
  Random,
  referenceBackend,
  type Tensor,
  turn,
  variable,
} from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Network } from '../src/network.ts';
import { createRestorer, restoreImage } from '../src/restore.ts';
import { variablesOf } from '../src/weights.ts';
import { createTiny, TINY_CONFIG } from './tiny.ts';

/** Rounding of pixels to float32, a few times. */
const FLOAT32 = 1e-6;

const random = new Random(3);
const uniform = () => random.uniform();
const backend = referenceBackend();

/** A tiny network with random statistics; it sees as many pixels far as it has convolutions, one more than layers. */
function tiny(config: Partial<typeof TINY_CONFIG> = {}): Network {
  const network = createTiny({ ...TINY_CONFIG, ...config }, uniform);
  for (const variable of variablesOf(network))
    backend.write(
      variable,
      variable.initial.map(() => uniform() - 0.3),
    );
  for (const variance of network.statistics.filter(({ name }) => name.endsWith('variance'))) {
    backend.write(
      variance,
      variance.initial.map(() => 0.5 + uniform()),
    );
  }
  return network;
}

function randomImage(width: number, height: number, channels: 1 | 3 = 1): Image {
  return createImage(
    width,
    height,
    channels,
    Float32Array.from({ length: width * height * channels }, uniform),
  );
}

/** A network without weights that is told the level. */
function takingLevel(output: (x: Tensor, level: Tensor) => Tensor): Network {
  return {
    params: [],
    trained: [],
    statistics: [],
    takesLevel: true,
    forward: (x, _mode, level) => ({ output: output(x, level!), updates: new Map() }),
  };
}

/** The backend, and the shapes of the inputs of each program that it is to compile. */
function notingInputs(): { noting: Backend; inputs: (readonly number[])[][] } {
  const inputs: (readonly number[])[][] = [];
  const noting: Backend = {
    ...backend,
    compile(graph) {
      const executable = backend.compile(graph);
      inputs.push(executable.program.inputs.map(({ shape }) => shape));
      return executable;
    },
  };
  return { noting, inputs };
}

test('any size is restored: odd, one pixel wide, one high, a single pixel', async () => {
  const restore = createRestorer(tiny(), backend);
  for (const [width, height] of [
    [7, 4],
    [1, 9],
    [8, 1],
    [1, 1],
    [7, 4],
  ] as const) {
    const restored = await restore(randomImage(width, height));
    assert.equal([restored.width, restored.height, restored.channels], [width, height, 1]);
    assert.ok(restored.data.every(Number.isFinite));
  }
});

test('an image is restored the same whatever was restored in between', async () => {
  const restore = createRestorer(tiny(), backend);
  const image = randomImage(6, 5);
  const first = await restore(image);
  for (let side = 1; side <= 6; side++) await restore(randomImage(side, side));
  assert.equal(await restore(image), first);
});

/** A callback of progress that ends the work in its midst. */
function stop(share: number): void {
  if (share > 0.3) throw new Error('stop');
}

test('calls that overlap give what one after the other gives, also where not all their programs are kept', async () => {
  const { network, backend, open } = scaling(0.5);
  const restore = createRestorer(network, backend);
  const images = [2, 3, 4, 5, 6].map((width) => randomImage(width, 2, 3));
  const overlapping = Promise.all(images.map((image) => restore(image)));
  const failing = restore(images[0]!, { onProgress: stop }).catch(({ message }) => message);
  const last = restore(images[1]!);
  restore.dispose();
  const results = await overlapping;
  assert.is(await failing, 'stop');
  assert.equal(await last, results[1]);
  await turn();
  assert.is(open(), 0);
  for (const [i, image] of images.entries())
    assert.equal(results[i], await restoreImage(network, backend, image));
});

test('colours are restored one by one', async () => {
  const network = tiny();
  const photo = randomImage(5, 4, 3);
  const restored = await restoreImage(network, backend, photo);
  for (let c = 0; c < 3; c++) {
    const grey = createImage(
      5,
      4,
      1,
      photo.data.filter((_, i) => i % 3 === c),
    );
    const alone = await restoreImage(network, backend, grey);
    assert.equal(
      restored.data.filter((_, i) => i % 3 === c),
      alone.data,
    );
  }
});

test('a network that sees less far than the margin restores the same in tiles', async () => {
  const network = tiny({ channels: 1, layers: 2 });
  const image = randomImage(300, 2, 3);
  const whole = await restoreImage(network, backend, image);
  // With one byte of memory, tiles have their least side: 128 pixels.
  assert.equal(await createRestorer(network, backend, { memory: 1 })(image), whole);
});

test('tiles are as small as the largest value of a backend wants them', async () => {
  const network = tiny({ channels: 1, layers: 2 });
  const { noting, inputs } = notingInputs();
  const small = { ...noting, largestValue: 1 };
  const image = randomImage(300, 2);
  assert.equal(await restoreImage(network, small, image), await restoreImage(network, backend, image));
  // Of at most 128 pixels it takes three, which overlap by twice three.
  const widest = () => Math.max(...inputs.splice(0).map(([image]) => image![2]!));
  assert.is(widest(), 104);
  // However much memory may be taken.
  await createRestorer(network, small, { memory: 2 ** 28 })(image);
  assert.is(widest(), 104);
  await createRestorer(network, small)(image, { memory: 2 ** 28 });
  assert.is(widest(), 104);
});

test('tiles are four margins wide where a network sees far, whose margin is no more than 64', async () => {
  const { noting, inputs } = notingInputs();
  for (const [reach, margin] of [
    [40, 40],
    [64, 64],
    [100, 64],
  ] as const) {
    const network = { ...tiny({ channels: 1, layers: 0 }), reach };
    // Ten margins are four such tiles, which overlap by two.
    await createRestorer(network, noting, { memory: 1 })(randomImage(10 * margin, 1));
    assert.is(Math.max(...inputs.splice(0).map(([image]) => image![2]!)), 4 * margin, `reach ${reach}`);
  }
});

test('an image that needs more than WebAssembly can address is restored in tiles, however much memory may be taken', async () => {
  const { noting, inputs } = notingInputs();
  // Of 8 MiB for each pixel, as far as is told.
  const large: Backend = {
    ...noting,
    compile(graph) {
      const executable = noting.compile(graph);
      const { shape } = executable.program.inputs[0]!;
      const peak = 2 ** 23 * shape[1]! * shape[2]!;
      return {
        ...executable,
        program: { ...executable.program, peak },
        run: (feeds, options) => executable.run(feeds, options),
        dispose: () => executable.dispose(),
      };
    },
  };
  const image = randomImage(300, 2);
  await restoreImage(tiny({ channels: 1, layers: 2 }), large, image, { memory: 14 * 2 ** 30 });
  assert.is(Math.max(...inputs.map(([image]) => image![2]!)), 104);
});

test('a network with a largest piece restores larger images in tiles, to the same pixels', async () => {
  const network = tiny({ channels: 2 });
  const image = randomImage(17, 12);
  const whole = await restoreImage(network, backend, image);
  // Two convolutions of 3 x 3 reach two pixels far.
  const told: number[] = [];
  const onProgress = (share: number) => told.push(share);
  const inPieces = await restoreImage({ ...network, piece: { side: 7, margin: 2 } }, backend, image, {
    onProgress,
  });
  assert.equal(inPieces, whole);
  // Columns keep 3 pixels of 7 but at the borders: 5 of them, and 3 rows.
  assertProgress(told, 15);
  told.length = 0;
  await restoreImage(network, backend, createImage(3, 3, 3), { onProgress });
  assertProgress(told, 3);
  const tooNarrow = await restoreImage({ ...network, piece: { side: 7, margin: 1 } }, backend, image);
  assert.not.equal(tooNarrow, whole);
});

/** From 0 to 1, by way of each whole piece and of shares of one. */
function assertProgress(told: readonly number[], pieces: number): void {
  assert.is(told[0], 0);
  assert.ok(told.every((share, i) => share >= (told[i - 1] ?? 0)));
  const whole = Array.from({ length: pieces }, (_, i) => (i + 1) / pieces);
  assert.equal(
    whole.filter((share) => !told.some((given) => Math.abs(given - share) < 1e-12)),
    [],
  );
  assert.ok(new Set(told).size > 3 * pieces, `${told.length} shares are told`);
}

test('what a callback of progress throws ends the work', async () => {
  const network = tiny({ channels: 2 });
  const restore = createRestorer(network, backend);
  const image = randomImage(6, 5);
  const whole = await restore(image);
  const outcome = await restore(image, { onProgress: stop }).then(
    () => 'done',
    ({ message }: Error) => message,
  );
  assert.is(outcome, 'stop');
  assert.equal(await restore(image), whole);
});

test('a network that takes the level is told it, and is not used without', async () => {
  const network = takingLevel((x, level) => add(x, broadcastTo(level, x.shape)));
  const image = createImage(2, 1, 3, Float32Array.of(0, 0, 0, 1, 1, 1));
  const same = await restoreImage(network, backend, image, { sigma: 51 });
  assert.equal([...same.data], [0.2, 0.2, 0.2, 1.2, 1.2, 1.2].map(Math.fround));
  const refused = await restoreImage(network, backend, image).catch((error: Error) => error.message);
  assert.is(refused, 'this network must be told the level of the noise: give sigma');
});

test('memory is counted by the pixels of the image also where the level is the first input', async () => {
  const network = takingLevel((x, level) => add(broadcastTo(mul(level, level), x.shape), x));
  const { noting, inputs } = notingInputs();
  await restoreImage(network, noting, randomImage(300, 200), { sigma: 25, memory: 2 ** 26 });
  for (const [first] of inputs) assert.equal(first, [1, 1, 1, 1]);
  assert.equal(inputs.at(-1)![1], [1, 200, 300, 1]);
});

test('of little noise a network that takes the level removes as much as is noise', async () => {
  const network = takingLevel((x, level) => minimum(mul(x, 0.5), add(1, level)));
  const image = createImage(4, 4, 1, new Float32Array(16).fill(0.01));
  // a = (sigma² / 2) / (0.01² / 4), of half of each pixel; all of it from sigma 2.5 on
  const level = 0.5 / 255;
  for (const [sigma, wanted] of [
    [0, 0.01],
    [0.5, 0.01 - 0.005 * ((2 * level ** 2) / 0.01 ** 2)],
    [2.5, 0.005],
  ] as const) {
    const { data } = await restoreImage(network, backend, image, { sigma });
    for (const value of data) assert.ok(Math.abs(value - wanted) < FLOAT32, `${value}, not ${wanted}`);
  }
});

/** A network whose output is its input times a factor, and of whose runs the inputs are noted. */
function scaling(factor: number): {
  network: Network;
  backend: Backend;
  inputs: number[][];
  open: () => number;
} {
  const network: Network = {
    params: [],
    trained: [],
    statistics: [],
    reach: 0,
    forward: (x) => ({ output: mul(x, factor), updates: new Map() }),
  };
  const inputs: number[][] = [];
  let open = 0;
  const noting: Backend = {
    ...backend,
    compile(graph) {
      const executable = backend.compile(graph);
      open++;
      return {
        ...executable,
        program: executable.program,
        run(feeds, options) {
          inputs.push([...(feeds as unknown as { noisy: Float32Array }).noisy]);
          return executable.run(feeds, options);
        },
        dispose() {
          open--;
          executable.dispose();
        },
      };
    },
  };
  return { network, backend: noting, inputs, open: () => open };
}

test('a network for other levels is given another contrast, and its result has the one of before', async () => {
  const { network, backend, inputs } = scaling(1);
  const restore = createRestorer(network, backend, { trained: { low: 25, high: 30 } });
  const image = createImage(2, 1, 1, Float32Array.of(0.45, 0.65));
  for (const [sigma, given] of [
    [12.5, 0.85],
    [60, 0.55],
    [27, 0.65],
    // More than two and a half times the contrast would be too much.
    [9, 0.65],
    [0, 0.65],
  ] as const) {
    inputs.length = 0;
    const { data } = await restore(image, { sigma });
    assert.ok(Math.abs(inputs[0]![0]! - 0.45) < FLOAT32 && Math.abs(inputs[0]![1]! - given) < FLOAT32);
    assert.ok(Math.abs(data[0]! - 0.45) < FLOAT32 && Math.abs(data[1]! - 0.65) < FLOAT32);
  }
});

/** A network that enlarges by 2: each pixel becomes four mixtures of those around it. */
function enlarging(): Network {
  const filters = variable('filters', [3, 3, 1, 4], Float32Array.from({ length: 36 }, uniform));
  return {
    params: [filters],
    trained: [filters],
    statistics: [],
    enlarges: 2,
    forward: (x) => ({ output: pixelShuffle(conv2d(x, filters, { padding: 1 }), 2), updates: new Map() }),
  };
}

test('multi-view: the mean of what comes of all eight turns, each turned back', () =>
  assertMeanOfTurns(tiny({ channels: 2 }), 15));

test('multi-view of a network that enlarges: the mean of all eight, as large', () =>
  assertMeanOfTurns(enlarging(), 60));

async function assertMeanOfTurns(network: Network, pixels: number): Promise<void> {
  const image = randomImage(5, 3);
  const told: number[] = [];
  const restored = await restoreImage(network, backend, image, {
    multiView: true,
    onProgress: (share) => told.push(share),
  });
  const mean = new Float64Array(pixels);
  for (let turn = 0; turn < 8; turn++) {
    const turned = await restoreImage(network, backend, dihedral(image, turn));
    const back = [0, 1, 2, 3, 4, 5, 6, 7]
      .map((other) => dihedral(turned, other))
      .find((_, other) => isEqual(dihedral(dihedral(image, turn), other), image))!;
    for (let i = 0; i < pixels; i++) mean[i]! += back.data[i]! / 8;
  }
  assert.is(restored.data.length, pixels);
  for (let i = 0; i < pixels; i++) assert.ok(Math.abs(restored.data[i]! - mean[i]!) < FLOAT32);
  assert.not.equal(restored, await restoreImage(network, backend, image));
  assert.ok(told[0] === 0 && told.every((share, i) => share >= (told[i - 1] ?? 0)) && told.at(-1) === 1);
}

function isEqual(a: Image, b: Image): boolean {
  return a.width === b.width && a.data.every((value, i) => value === b.data[i]);
}

test('programs are kept for four sizes, and no more than memory allows', async () => {
  const { network, backend, open } = scaling(1);
  const restore = createRestorer(network, backend);
  for (let width = 1; width <= 6; width++) await restore(randomImage(width, 2));
  assert.is(open(), 4);
  await restore(randomImage(7, 2), { memory: 1 });
  assert.is(open(), 1);
  restore.dispose();
  assert.is(open(), 0);
});

test('an image smaller than the least that a network can be given is refused', async () => {
  const network = { ...tiny({ channels: 1 }), least: 7 };
  const refused = (image: Image) => restoreImage(network, backend, image).catch(({ message }) => message);
  assert.is(await refused(randomImage(6, 9)), '6 x 9 pixels are too few: this network needs at least 7 x 7');
  assert.is(await refused(randomImage(9, 6)), '9 x 6 pixels are too few: this network needs at least 7 x 7');
  assert.is((await restoreImage(network, backend, randomImage(7, 7))).width, 7);
});

test('margins that leave nothing of a piece are refused before any work', () => {
  const network = tiny({ channels: 1 });
  assert.throws(
    () => createRestorer({ ...network, piece: { side: 8, margin: 4 } }, backend),
    (error: Error) =>
      error instanceof RangeError && /tiles of 8 pixels with margins of 4/.test(error.message),
  );
});

test.run();
