import { grad } from '@nlrn/autograd';
import { METRICS, type NlrnConfig, PAPER_CONFIG } from '@nlrn/nlrn';
import { restorationLoss } from '@nlrn/nn';
import { Random, referenceBackend, sizeOf, variable } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type NetworkConfig, networkConfigSchema } from '../src/catalogue.ts';
import { moved, SMALL } from './small.ts';

const NLRN: NlrnConfig = { ...PAPER_CONFIG, channels: 3, embedding: 2, states: 3, neighborhood: 3 };

/** The paper's network, and what may be otherwise about it. */
const VARIANTS: readonly Partial<NlrnConfig>[] = [
  ...METRICS.map((metric) => ({ metric })),
  { batchNorm: false },
  { module: 'pointwise' },
  { moduleEvery: 2 },
  { moduleEvery: 2, tied: false },
  { propagation: false },
  { tied: false },
  { noiseLevel: true },
];

/** Far above what float64 leaves of a sum of a few hundred terms that is zero, far below all other gradients, as shares of the largest. */
const ROUNDING = 1e-12;

const random = new Random('biases');
const backend = referenceBackend();
const draw = (length: number) => Float64Array.from({ length }, () => random.uniform());

/** The trained variables whose gradients are zero but for rounding, of which Adam would make steps of full length. */
async function ofRounding(config: NetworkConfig): Promise<string[]> {
  const { forward, trained } = moved(config, random);
  const [x, level] = [variable('x', [2, 6, 7, 1], draw(84)), variable('level', [2, 1, 1, 1], draw(2))];
  const { output } = forward(x, 'train', level);
  const loss = restorationLoss(output, variable('truth', output.shape, draw(sizeOf(output.shape))));
  const gradients = grad(loss, trained);
  const outputs = Object.fromEntries(gradients.map((gradient, i) => [trained[i]!.name, gradient]));
  const values = await backend.compile({ outputs }).run({});
  const sizes = Object.entries(values).map(
    ([name, value]) => [name, Math.max(...[...value].map(Math.abs))] as const,
  );
  const largest = Math.max(...sizes.map(([, size]) => size));
  return sizes.filter(([, size]) => size > 0 && size < ROUNDING * largest).map(([name]) => name);
}

const CONFIGS: readonly NetworkConfig[] = [...SMALL, ...VARIANTS.map((variant) => ({ ...NLRN, ...variant }))];

for (const config of CONFIGS) {
  const name = Object.entries(config).filter(
    ([key, value]) => value !== NLRN[key as keyof NlrnConfig] || key === 'network',
  );
  test(`${name.map(([key, value]) => `${key} ${value}`).join(', ')}: what cancels is not trained`, async () => {
    assert.equal(await ofRounding(config), []);
  });
}

test('these are networks of all kinds', () => {
  const kinds = networkConfigSchema.options.map(({ shape }) => shape.network.value);
  assert.equal(
    kinds.filter((kind) => !CONFIGS.some(({ network }) => network === kind)),
    [],
    'a network needs a small one in `SMALL` of networks/test/small.ts',
  );
});

test('with normalisations a MemNet or DRRN trains one bias, the last; all are stored', () => {
  for (const config of SMALL.filter(({ network }) => network === 'memnet' || network === 'drrn')) {
    const { trained, params } = moved(config, random);
    const biases = (of: typeof params) => of.map(({ name }) => name).filter((name) => name.endsWith('.bias'));
    const isNormalised = config.network === 'memnet' || (config.network === 'drrn' && config.batchNorm);
    assert.equal(biases(trained), isNormalised ? ['restore.bias'] : biases(params));
    assert.ok(biases(params).length > 3);
  }
});

test.run();
