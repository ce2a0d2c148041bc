import { fileURLToPath } from 'node:url';
import { grad } from '@nlrn/autograd';
import { readSafetensors } from '@nlrn/files';
import { adamState, adamUpdates, clipByGlobalNorm, restorationLoss } from '@nlrn/nn';
import { type Backend, type Data, input, type Results, type Variable } from '@nlrn/tensor';
import { withoutThreads } from '@nlrn/tensor/testedBackends';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { type NlrnConfig, PAPER_CONFIG } from '../src/config.ts';
import { createNlrn } from '../src/model.ts';

/**
 * Norm of the difference over norm of the expected tensor. Float32 through three states and back is good
 * to about 1e-5 (PyTorch computed in float64), and Adam's steps divide rounding errors by small gradients.
 */
const TOLERANCE = 1e-4;

/** The sizes of `fixtures/make.py`. */
const CONFIG: NlrnConfig = {
  ...PAPER_CONFIG,
  channels: 16,
  embedding: 8,
  states: 3,
  neighborhood: 11,
};
const SHAPE = [2, 11, 11, 1];
const STEPS = 10;

const { tensors } = readSafetensors(fileURLToPath(new URL('fixtures/nlrn.safetensors', import.meta.url)));
const expected = (name: string) => tensors.get(name)!.data;

const network = createNlrn(CONFIG, () => 0);
const noisy = input('noisy', SHAPE);
const truth = input('truth', SHAPE);
const { output, updates: statistics } = network.forward(noisy, 'train');
const loss = restorationLoss(output, truth);
const gradients = grad(loss, network.params);
const images = { noisy: expected('noisy'), truth: expected('truth') };

test('the variables have the names, the order and the shapes of the fixture', () => {
  const described = (kind: string) =>
    [...tensors].filter(([key]) => key.startsWith(`${kind}/`)).map(([key, { shape }]) => [key, [...shape]]);
  const ours = (kind: string, variables: readonly Variable[]) =>
    variables.map(({ name, shape }) => [`${kind}/${name}`, [...shape]]);
  assert.equal(described('param').sort(), ours('param', network.params).sort());
  assert.equal(described('statistic').sort(), ours('statistic', network.statistics).sort());
});
test.run();

for (const { name, open } of withoutThreads) {
  const golden = suite(`NLRN in PyTorch: ${name}`);
  let backend: Backend;
  golden.before(async () => {
    backend = await open();
  });
  golden.after(() => backend.dispose());
  golden.before.each(() => {
    for (const param of network.params) backend.write(param, expected(`param/${param.name}`));
    for (const statistic of network.statistics) {
      backend.write(statistic, expected(`statistic/${statistic.name}`));
    }
  });

  golden('output, loss and every gradient', async () => {
    const named = Object.fromEntries(network.params.map((param, i) => [param.name, gradients[i]!]));
    const found: Results = await backend.compile({ outputs: { output, loss, ...named } }).run(images);
    assertClose(found.output!, expected('output'), 'output');
    assertClose(found.loss!, expected('losses').subarray(0, 1), 'loss');
    // The gradient of a bias that cancels is zero but for rounding.
    const whole = expected('norms')[0]!;
    for (const param of network.params) {
      const wanted = expected(`gradient/${param.name}`);
      const scale = network.trained.includes(param) ? Math.hypot(...wanted) : whole;
      assertClose(found[param.name]!, wanted, `gradient of ${param.name}`, scale);
    }
  });

  golden('inference with running statistics', async () => {
    const { output: restored, updates } = network.forward(noisy, 'infer');
    assert.is(updates.size, 0);
    const found = await backend.compile({ outputs: { restored } }).run({ noisy: images.noisy });
    assertClose(found.restored!, expected('inferred'), 'restored');
  });

  golden('ten training steps', async () => {
    const { norm, clipped } = clipByGlobalNorm(gradients, 0.5);
    const schedule = { rate: input('rate', []), step: input('step', []) };
    const updates = adamUpdates(network.params, clipped, adamState(network.params), schedule);
    const graph = { outputs: { loss, norm }, updates: new Map([...updates, ...statistics]) };
    const program = backend.compile(graph);
    const steps: Record<string, Data>[] = [];
    for (let step = 1; step <= STEPS; step++) {
      steps.push(await program.run({ ...images, rate: [1e-3], step: [step] }));
      if (step > 1) continue;
      for (const statistic of network.statistics) {
        assertClose(await backend.read(statistic), expected(`moved/${statistic.name}`), statistic.name);
      }
    }
    expected('losses').forEach((wanted, i) => {
      assertClose(steps[i]!.loss!, [wanted], `loss ${i + 1}`);
      assertClose(steps[i]!.norm!, [expected('norms')[i]!], `norm ${i + 1}`);
    });
  });
  golden.run();
}

function assertClose(
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  what: string,
  scale = Math.hypot(...Array.from(wanted)),
): void {
  assert.is(found.length, wanted.length, what);
  const error = Math.hypot(...Array.from(wanted, (value, i) => found[i]! - value)) / scale;
  assert.ok(error <= TOLERANCE, `${what}: relative error ${error}`);
}
