import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors, writeSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { add, type Backend, BackendError, mul, referenceBackend, variable, wasmBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TrainOptions, train } from '../src/train.ts';
import { scheduleOf } from '../src/trainConfig.ts';
import { CheckpointError, TrainingError } from '../src/trainingError.ts';
import type { Progress } from '../src/trainingProgress.ts';
import { saveWeights, variablesOf } from '../src/weights.ts';
import { TINY_IMAGES, TINY_RUN, tinyNetwork } from './tiny.ts';

const folder = temporaryFolder();

/** Trains the tiny network on a new reference backend; returns its losses and all values that it has learned. */
async function trainTiny(
  {
    config = TINY_RUN,
    ...options
  }: Partial<Omit<TrainOptions, 'config'>> & { config?: typeof TINY_RUN } = {},
  backend: Backend = referenceBackend(),
  { network = tinyNetwork(config), images = TINY_IMAGES } = {},
) {
  const result = await train(network, images, { config, backend, ...options });
  const values = await Promise.all(variablesOf(network).map((variable) => backend.read(variable)));
  return { ...result, values, network };
}

const whole = await trainTiny();

async function errorOf(attempt: Promise<unknown>): Promise<Error> {
  return attempt.then(
    () => assert.unreachable('should have failed') as never,
    (error: Error) => error,
  );
}

test('the same seed gives the same losses and values, bit for bit; another gives others', async () => {
  assert.is(whole.losses.length, 8);
  assert.ok(whole.finished);
  const again = await trainTiny();
  assert.equal(again.losses, whole.losses);
  assert.equal(again.values, whole.values);
  const other = await trainTiny({ config: { ...TINY_RUN, seed: 8 } });
  assert.not.equal(other.losses, whole.losses);
});

/** The tiny network, to whose output a tenth of each of these variables is added. */
function withNames(...names: readonly string[]) {
  const network = tinyNetwork();
  const added = names.map((name) => variable(name, [1]));
  return {
    ...network,
    params: [...network.params, ...added],
    trained: [...network.trained, ...added],
    forward: (...given: Parameters<typeof network.forward>) => {
      const { output, updates } = network.forward(...given);
      return { output: added.reduce((sum, one) => add(sum, mul(0.1, one)), output), updates };
    },
  };
}

test('two variables of one name are refused before any step, also where one is of the state of training', async () => {
  const checkpoint = { path: join(folder, 'names.safetensors'), every: 100, sources: 'today' };
  for (const [names, twice] of [
    [['own', 'own'], 'own'],
    [['input.bias.m'], 'input.bias.m'],
    [['training.losses'], 'training.losses'],
  ] as const) {
    const onStep = () => assert.unreachable();
    const error = await errorOf(
      trainTiny({ checkpoint, onStep }, undefined, { network: withNames(...names) }),
    );
    assert.match(error.message, `two variables are named ${twice},`);
  }
  const trained = { network: withNames('own', 'own'), config: TINY_RUN.network, backend: referenceBackend() };
  assert.match(
    (await errorOf(saveWeights(join(folder, 'twice.safetensors'), trained))).message,
    /named own,/,
  );
});

test('a parameter may be below zero whatever its name, and its checkpoint is read again', async () => {
  const network = withNames('attention.v', 'own.variance');
  const backend = referenceBackend();
  for (const named of network.params.slice(-2)) backend.write(named, [-1]);
  const checkpoint = { path: join(folder, 'v.safetensors'), every: 1, sources: 'today' };
  const { finished, values } = await trainTiny({ checkpoint }, backend, { network });
  assert.ok(finished);
  const own = network.params.length;
  assert.ok(
    values.slice(own - 2, own).every(([value]) => value! < 0),
    `${values.slice(own - 2, own)}`,
  );
});

test('the losses have the same bits for any number of threads', async () => {
  const losses: (readonly number[])[] = [];
  for (const threads of [1, 2, 3]) {
    const backend = await wasmBackend({ threads });
    losses.push((await trainTiny({}, backend)).losses);
    await backend.dispose();
  }
  assert.equal(losses[1], losses[0]);
  assert.equal(losses[2], losses[0]);
});

test('each step is told, with the PSNR that belongs to the loss', async () => {
  const told: Progress[] = [];
  await trainTiny({ onStep: (progress) => told.push(progress) });
  assert.equal(
    told.map(({ step }) => step),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  assert.equal(
    told.map(({ loss }) => loss),
    whole.losses,
  );
  // Half the mean square error is the loss; peak 1.
  assert.is(told[2]!.psnr, -10 * Math.log10(2 * whole.losses[2]!));
  assert.is(told.at(-1)!.secondsLeft, 0);
  assert.ok(told.every(({ imagesPerSecond, steps }) => imagesPerSecond > 0 && steps === 8));
});

test('a run that is stopped after any step goes on from its checkpoint as if nothing had happened', async () => {
  for (const stop of [1, 3, 4, 6, 7, 8]) {
    const checkpoint = { path: join(folder, `stop${stop}.safetensors`), every: 100, sources: 'today' };
    const controller = new AbortController();
    const onStep = ({ step }: Progress) => step === stop && controller.abort();
    const first = await trainTiny({ checkpoint, onStep, signal: controller.signal });
    assert.is(first.finished, stop === 8);
    assert.equal(first.losses, whole.losses.slice(0, stop));
    const steps: number[] = [];
    const second = await trainTiny({ checkpoint, onStep: ({ step }) => steps.push(step) });
    assert.equal(steps, [1, 2, 3, 4, 5, 6, 7, 8].slice(stop));
    assert.equal(second.losses, whole.losses);
    assert.equal(second.values, whole.values);
    assert.ok(second.finished && second.seconds > 0);
  }
});

test('the time of a run is that of all its sittings', async () => {
  const checkpoint = { path: join(folder, 'time.safetensors'), every: 100, sources: 'today' };
  const controller = new AbortController();
  await trainTiny({ checkpoint, onStep: () => controller.abort(), signal: controller.signal });
  const { tensors, metadata } = readSafetensors(checkpoint.path);
  writeSafetensors(checkpoint.path, tensors, { ...metadata, seconds: '1000', coreSeconds: '2000' });
  const { seconds, coreSeconds } = await trainTiny({ checkpoint });
  assert.ok(seconds > 1000 && seconds < 1100, `${seconds}`);
  assert.ok(coreSeconds > 2000 && coreSeconds < 2100, `${coreSeconds}`);
});

/** What the tiny run has learned after its steps, before it settles. */
const unsettled = await trainTiny({ config: { ...TINY_RUN, settling: 0 } });

test('while it settles, running statistics stay as they are, and Adam starts anew at its own rate', async () => {
  assert.is(unsettled.losses.length, 6);
  assert.equal(whole.losses.slice(0, 6), unsettled.losses);
  const oneStep = await trainTiny({ config: { ...TINY_RUN, settling: 1 / 6 } });
  assert.is(oneStep.losses.length, 7);
  const { trained } = whole.network;
  for (const [i, variable] of variablesOf(whole.network).entries()) {
    const [before, after] = [unsettled.values[i]!, oneStep.values[i]!];
    const longest = Math.max(...Array.from(after, (value, k) => Math.abs(value - before[k]!)));
    if (trained.every(({ name }) => name !== variable.name)) {
      assert.is(longest, 0, variable.name);
    } else {
      // Adam's first step is as long as the rate, 1e-3, for every gradient that is not as small as its epsilon.
      assert.ok(longest > 0.99e-3 && longest < 1.01e-3, `${variable.name}: ${longest}`);
    }
  }
});

test('the learning rate of settling falls evenly to zero from 1e-3', () => {
  const rateAt = scheduleOf({ ...TINY_RUN, steps: 10, settling: 0.4 });
  const thousandths = [11, 12, 13, 14].map((step) => (1000 * rateAt(step)).toFixed(3));
  assert.equal(thousandths, ['1.000', '0.750', '0.500', '0.250']);
  assert.is(rateAt(10), scheduleOf({ ...TINY_RUN, steps: 10, settling: 0 })(10));
});

test('validation measures the network on the way, and changes nothing of the training', async () => {
  const backend = referenceBackend();
  let measured = 0;
  const network = tinyNetwork();
  const measure = async () => {
    measured++;
    // Something of the network, as it is after the step.
    return 20 + (await backend.read(network.params[0]!))[0]!;
  };
  const checkpoint = { path: join(folder, 'validation.safetensors'), every: 1, sources: 'today' };
  const validation = { every: 3, images: 'a', measure };
  const told: (number | undefined)[] = [];
  const onStep = (progress: Progress) => told.push(progress.validation);
  const result = await trainTiny({ validation, checkpoint, onStep }, backend, { network });
  assert.equal(result.losses, whole.losses);
  assert.equal(result.values, whole.values);
  assert.equal(
    result.validation.map(({ step }) => step),
    [3, 6, 8],
  );
  assert.is(result.validation.at(-1)!.psnr, 20 + whole.values[0]![0]!);
  const [third, sixth, last] = result.validation.map(({ psnr }) => psnr);
  assert.equal(told, [undefined, undefined, third, third, third, sixth, sixth, last]);
  assert.is(measured, 3);
  assert.ok(result.coreSeconds > 0);
  const again = await trainTiny({ validation, checkpoint });
  assert.equal(again.validation, result.validation);
  assert.is(measured, 3);
});

test('a validation that is stopped ends the sitting, and the next one makes up for it', async () => {
  const path = join(folder, 'stopped.safetensors');
  const checkpoint = { path, every: 100, sources: 'today' };
  const controller = new AbortController();
  const stopped = await trainTiny({
    validation: { every: 3, images: 'a', measure: async () => void controller.abort() },
    checkpoint,
    signal: controller.signal,
  });
  assert.equal([stopped.losses.length, stopped.validation, stopped.finished], [3, [], false]);
  let measured = 0;
  const resumed = await trainTiny({
    validation: { every: 3, images: 'a', measure: async () => ++measured },
    checkpoint,
  });
  assert.equal(resumed.losses, whole.losses);
  assert.equal(resumed.validation, [
    { step: 3, psnr: 1 },
    { step: 6, psnr: 2 },
    { step: 8, psnr: 3 },
  ]);
});

test('a validation after the last step is kept, also when it is made up for, or first asked for, by a later sitting', async () => {
  const checkpoint = { path: join(folder, 'last.safetensors'), every: 100, sources: 'today' };
  const stopped = await trainTiny({
    validation: { every: 100, images: 'a', measure: async () => undefined },
    checkpoint,
  });
  assert.equal([stopped.finished, stopped.validation], [true, []]);
  let measured = 0;
  for (let sitting = 0; sitting < 2; sitting++) {
    const { validation } = await trainTiny({
      validation: { every: 100, images: 'a', measure: async () => ++measured },
      checkpoint,
    });
    assert.equal(validation, [{ step: 8, psnr: 1 }]);
  }
  assert.is(measured, 1);
});

test('what was measured on other images is left out, and measured anew on these', async () => {
  const checkpoint = { path: join(folder, 'others.safetensors'), every: 100, sources: 'today' };
  const on = (images: string, psnr: number) =>
    trainTiny({ validation: { every: 3, images, measure: async () => psnr }, checkpoint });
  const first = await on('a', 30);
  assert.equal(
    first.validation.map(({ step }) => step),
    [3, 6, 8],
  );
  assert.equal((await on('b', 20)).validation, [{ step: 8, psnr: 20 }]);
  assert.equal((await trainTiny({ checkpoint })).validation, [{ step: 8, psnr: 20 }]);
  assert.equal((await on('b', 10)).validation, [{ step: 8, psnr: 20 }]);
});

test('where the loss weighs errors, it tells no PSNR', async () => {
  const told: (number | undefined)[] = [];
  const network = { ...tinyNetwork(), takesLevel: true };
  await trainTiny({ onStep: ({ psnr }) => told.push(psnr) }, undefined, { network });
  assert.equal(told, new Array(8).fill(undefined));
});

test('a loss that is no longer a number stops the run with step, rate and norm; the checkpoint stays', async () => {
  const path = join(folder, 'diverged.safetensors');
  const config = { ...TINY_RUN, steps: 60, schedule: { kind: 'halved', initial: 1e30, times: 5 } } as const;
  const steps: number[] = [];
  const onStep = ({ step }: Progress) => steps.push(step);
  const error = await errorOf(
    trainTiny(
      { config, checkpoint: { path, every: 1, sources: 'today' }, onStep },
      // float64 holds such numbers for some steps more.
      referenceBackend({ precision: 'float32' }),
    ),
  );
  assert.instance(error, TrainingError);
  assert.match(
    error.message,
    /^step 2: the loss is (NaN|Infinity), at learning rate 1e\+30 and gradient norm (NaN|Infinity)/,
  );
  assert.equal(steps, [1]);
  assert.is(readSafetensors(path).tensors.get('training.losses')!.data.length, 1);
});

test('a running variance that becomes infinite, which no loss tells, ends the run by name; nothing of it is written', async () => {
  const backend = await wasmBackend({ threads: 1 });
  // Two convolutions after a step of 1e10: features of 1e21, whose square float32 does not hold.
  const schedule = { kind: 'halved', initial: 1e10, times: 5 } as const;
  const config = { ...TINY_RUN, schedule, steps: 2, settling: 0 };
  const checkpoint = { path: join(folder, 'infinite.safetensors'), every: 1, sources: '' };
  for (const options of [{ config }, { config, checkpoint }]) {
    const steps: number[] = [];
    const error = await errorOf(trainTiny({ ...options, onStep: ({ step }) => steps.push(step) }, backend));
    assert.instance(error, TrainingError);
    assert.match(error.message, /^step 2: conv1\.norm\.variance is Infinity at element 0; train again /);
    assert.ok(steps.includes(1));
  }
  await backend.dispose();
  assert.is(readSafetensors(checkpoint.path).tensors.get('training.losses')!.data.length, 1);
});

test('settling is refused for a network without batch normalisation', async () => {
  const config = { ...TINY_RUN, network: { ...TINY_RUN.network, layers: 0 } };
  const onStep = () => assert.unreachable('no step must be taken');
  const error = await errorOf(trainTiny({ config, onStep }));
  assert.instance(error, TrainingError);
  assert.match(error.message, /^settling 0\.33\d+: nothing settles without batch normalisation; give 0$/);
  const { finished } = await trainTiny({ config: { ...config, settling: 0 } });
  assert.ok(finished);
});

test('a loss that is no number while the network settles, at rates of its own, has another remedy', async () => {
  const [backend, network] = [referenceBackend(), tinyNetwork()];
  const onStep = ({ step }: Progress) => {
    if (step === 6)
      backend.write(
        network.params[0]!,
        network.params[0]!.initial.map(() => Number.NaN),
      );
  };
  const { message } = await errorOf(trainTiny({ onStep }, backend, { network }));
  assert.match(
    message,
    /^step 7: the loss is NaN, at learning rate 0\.001 .*; train again from the start with a lower rate, or without settling \(/,
  );
});

test('an unwritable checkpoint is an error before the first step', async () => {
  const checkpoint = { path: join(folder, 'none', 'c.safetensors'), every: 1, sources: 'today' };
  const onStep = () => assert.unreachable('no step must be taken');
  const error = await errorOf(trainTiny({ checkpoint, onStep }));
  assert.match(error.message, /c\.safetensors: cannot be written; the folder .*none does not exist/);
});

test('what is asked before a checkpoint is written can forbid it, and ends the run', async () => {
  let asked = 0;
  const beforeWrite = () => {
    if (++asked === 3) throw new Error('not yours');
  };
  const checkpoint = { path: join(folder, 'asked.safetensors'), every: 2, sources: 'today', beforeWrite };
  assert.is((await errorOf(trainTiny({ checkpoint }))).message, 'not yours');
  assert.is(readSafetensors(checkpoint.path).tensors.get('training.losses')!.data.length, 4);
});

test('a checkpoint of another run is refused with the option that differs', async () => {
  const checkpoint = { path: join(folder, 'other.safetensors'), every: 100, sources: 'today' };
  await trainTiny({ checkpoint });
  const { schedule: _, ...rest } = TINY_RUN;
  const other = { ...rest, schedule: { kind: 'oneCycle', peak: 0.02 } } as const;
  const wider = { ...TINY_RUN, network: { ...TINY_RUN.network, channels: 4 } };
  const images = { ...TINY_IMAGES, hash: 'other' };
  const refusals: readonly (readonly [typeof TINY_RUN, RegExp])[] = [
    [{ ...TINY_RUN, steps: 9 }, /belongs to a run with steps = 6, this one has 9; /],
    [{ ...TINY_RUN, settling: 0 }, /with settling = 0\.33\d+, this one has 0; /],
    [other, /with schedule\.peak = 0\.01, this one has 0\.02/],
    [wider, /with network\.channels = 3, this one has 4/],
    [{ ...TINY_RUN, scales: [1] }, /with scales = \[1,0\.9\], this one has \[1\]/],
  ];
  const refused = async (attempt: Promise<unknown>, message: RegExp) => {
    const error = await errorOf(attempt);
    assert.instance(error, CheckpointError);
    assert.match(error.message, message);
    assert.ok(error.message.startsWith(checkpoint.path));
  };
  for (const [config, message] of refusals) await refused(trainTiny({ config, checkpoint }), message);
  await refused(
    trainTiny({ checkpoint }, undefined, { images }),
    /belongs to a run on other training images/,
  );
  assert.ok(existsSync(checkpoint.path));
});

/** A reference backend whose device is lost in the fourth run of a program. */
function failingBackend(): Backend {
  const backend = referenceBackend();
  return {
    ...backend,
    compile(graph) {
      const executable = backend.compile(graph);
      let runs = 0;
      return {
        program: executable.program,
        dispose: () => executable.dispose(),
        async run(feeds) {
          if (++runs === 4) throw new BackendError('the device was lost; go on with --backend wasm');
          return executable.run(feeds);
        },
      };
    },
  };
}

test('a backend that fails in mid-way is told with the step, and the checkpoint before it is good', async () => {
  const checkpoint = { path: join(folder, 'lost.safetensors'), every: 2, sources: 'today' };
  const error = await errorOf(trainTiny({ checkpoint }, failingBackend()));
  assert.instance(error, TrainingError);
  assert.is(
    error.message,
    'step 4: the device was lost; go on with --backend wasm (checkpoints of earlier steps are intact)',
  );
  const told: number[] = [];
  const resumed = await trainTiny({ checkpoint, onStep: ({ step }) => told.push(step) });
  assert.equal(told, [3, 4, 5, 6, 7, 8]);
  assert.equal(resumed.losses, whole.losses);
  assert.equal(resumed.values, whole.values);
});

const later = () => new Promise((resolve) => setImmediate(resolve));

/** A reference backend as a card is one: what is handed over is computed later, one after the other; `most` are on their way. */
function elsewhere(): { backend: Backend; onTheWay: () => number; most: () => number } {
  const backend = referenceBackend();
  let last: Promise<unknown> = Promise.resolve();
  let [now, most] = [0, 0];
  return {
    onTheWay: () => now,
    most: () => most,
    backend: {
      ...backend,
      computesElsewhere: true,
      compile(graph) {
        const executable = backend.compile(graph);
        return {
          program: executable.program,
          dispose: () => executable.dispose(),
          run(feeds) {
            most = Math.max(most, ++now);
            const result = last
              .then(later)
              .then(() => executable.run(feeds))
              .finally(() => now--);
            last = result.catch(() => {});
            return result;
          },
        };
      },
      write(variable, value) {
        last = last.then(() => backend.write(variable, value));
      },
      async read(variable) {
        assert.is(now, 0, 'a variable is read while it changes');
        return backend.read(variable);
      },
    },
  };
}

test('a step is handed over while a card computes the one before, unless something looks at the network between', async () => {
  // After steps 4 and 8, or 5 and the last one, after which there is none to hand over.
  for (const every of [4, 5]) {
    const { backend, onTheWay, most } = elsewhere();
    const measured: number[] = [];
    const validation = {
      every,
      images: 'a',
      async measure() {
        measured.push(onTheWay());
        return 20;
      },
    };
    const checkpoint = { path: join(folder, `ahead${every}.safetensors`), every: 5, sources: '' };
    const result = await trainTiny({ validation, checkpoint }, backend);
    assert.is(most(), 2);
    assert.equal(measured, [0, 0]);
    assert.equal(result.losses, whole.losses);
    // Settling begins with new moments, which are written while the sixth step is on its way.
    assert.equal(result.values, whole.values);
  }
});

test('a run that is stopped with a step on its way takes it, keeps it, and goes on', async () => {
  const checkpoint = { path: join(folder, 'ahead-stopped.safetensors'), every: 100, sources: '' };
  const stop = new AbortController();
  const onStep = ({ step }: Progress) => step === 2 && stop.abort();
  const begun = await trainTiny({ checkpoint, onStep, signal: stop.signal }, elsewhere().backend);
  assert.equal(begun.losses, whole.losses.slice(0, 3));
  const resumed = await trainTiny({ checkpoint }, elsewhere().backend);
  assert.equal(resumed.losses, whole.losses);
  assert.equal(resumed.values, whole.values);
});

test('of two steps on their way the first one that fails is told', async () => {
  const config = { ...TINY_RUN, schedule: { kind: 'halved', initial: 1e300, times: 5 } } as const;
  const error = await errorOf(trainTiny({ config }, elsewhere().backend));
  assert.match(error.message, /^step 2: the loss is /);
});

test.run();
