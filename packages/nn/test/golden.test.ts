import { fileURLToPath } from 'node:url';
import { readSafetensors } from '@nlrn/files';
import { type Backend, input, variable } from '@nlrn/tensor';
import { oneOfEachKind } from '@nlrn/tensor/testedBackends';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { adamState, adamUpdates } from '../src/adam.ts';
import { clipByGlobalNorm } from '../src/clip.ts';
import { oneCycle } from '../src/schedule.ts';

/** Norm of the difference over norm of the expected tensor: float32 against PyTorch's float64, over ten steps. */
const TOLERANCE = 1e-5;

/** `torch.optim` computes a rate in float64 and the fixture stores float32: 6e-8. */
const STORED = 1e-6;

const { tensors } = readSafetensors(fileURLToPath(new URL('fixtures/training.safetensors', import.meta.url)));

const stored = (key: string) => tensors.get(key)!;

test('oneCycle is torch.optim.lr_scheduler.OneCycleLR', () => {
  const schedule = oneCycle(40, 0.008);
  const expected = stored('oneCycle/rates').data;
  expected.forEach((rate, i) => {
    assert.ok(
      Math.abs(schedule(i + 1) - rate) <= STORED * rate,
      `step ${i + 1}: ${schedule(i + 1)}, ${rate}`,
    );
  });
});
test.run();

for (const { name, open } of oneOfEachKind) {
  const golden = suite(`PyTorch: ${name}`);
  let backend: Backend;
  golden.before(async () => {
    backend = await open();
  });
  golden.after(() => backend.dispose());

  golden('adam: ten steps of torch.optim.Adam with a changing rate', async () => {
    const start = stored('adam/value');
    const param = variable('value', start.shape, start.data);
    const gradient = input('gradient', start.shape);
    const schedule = { rate: input('rate', []), step: input('step', []) };
    const updates = adamUpdates([param], [gradient], adamState([param]), schedule);
    const step = backend.compile({ outputs: {}, updates });
    const n = param.initial.length;
    for (const [i, rate] of stored('adam/rates').data.entries()) {
      const row = (key: string) => stored(key).data.subarray(i * n, (i + 1) * n);
      await step.run({ gradient: row('adam/gradients'), rate: [rate], step: [i + 1] });
      assertClose(await backend.read(param), row('adam/values'), `step ${i + 1}`);
    }
  });

  for (const title of ['clip, above', 'clip, below']) {
    golden(`${title}: torch.nn.utils.clip_grad_norm_`, async () => {
      const given = [0, 1].map((i) => stored(`${title}/in${i}`));
      const { norm, clipped } = clipByGlobalNorm(
        given.map(({ shape }, i) => input(`in${i}`, shape)),
        0.5,
      );
      const feeds = Object.fromEntries(given.map(({ data }, i) => [`in${i}`, data]));
      const found = await backend.compile({ outputs: { norm, a: clipped[0]!, b: clipped[1]! } }).run(feeds);
      assertClose(found.norm, stored(`${title}/norm`).data, 'norm');
      for (const [i, out] of [found.a, found.b].entries()) {
        assertClose(out, stored(`${title}/out${i}`).data, `${i}`);
      }
    });
  }
  golden.run();
}

function assertClose(found: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.is(found.length, expected.length, what);
  const norm = Math.hypot(...Array.from(expected));
  const error = Math.hypot(...Array.from(expected, (value, i) => found[i]! - value)) / norm;
  assert.ok(error <= TOLERANCE, `${what}: relative error ${error}`);
}
