import { join, resolve } from 'node:path';
import { inFolder } from '@nlrn/cli/test';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ablationMetrics } from '../ablationMetrics.ts';
import { optionsFrom as comparisonOptionsFrom } from '../comparison/command.ts';
import { denoising, superResolution } from '../comparison/definition.ts';
import { optionsFrom } from '../expCli.ts';
import { scaleOf } from '../lib/experiment.ts';
import { RESULTS } from '../lib/results.ts';

const folder = temporaryFolder();
const at = (name: string) => resolve(folder, name);

test('every option of an experiment is what it runs with', () =>
  inFolder(folder, async () => {
    const experiments = [ablationMetrics];
    const sizes = { states: 2, channels: 6, neighborhood: 5, steps: 7, batch: 3, patch: 11 };
    const given = optionsFrom(experiments, {
      preset: 'laptop',
      train: 'some',
      test: 'others',
      ...sizes,
      seeds: '4,5',
      only: 'gaussian,dotProduct',
      shard: '3/12',
      out: 'out',
      fresh: true,
      'keep-old': true,
      backend: 'reference',
      threads: 3,
    });
    assert.equal(given, {
      experiments,
      scale: scaleOf('laptop', sizes),
      folders: { train: at('some'), test: at('others') },
      only: ['gaussian', 'dotProduct'],
      seeds: [4, 5],
      shard: { index: 3, count: 12 },
      backend: 'reference',
      threads: 3,
      out: at('out'),
      fresh: true,
      keepOld: true,
    });
    const { config, name } = given.scale;
    const { network, steps, batch, patch } = config;
    const { states, channels, neighborhood } = network;
    assert.equal({ states, channels, neighborhood, steps, batch, patch }, sizes);
    assert.is(name, 'laptop-states2-channels6-neighborhood5-steps7-batch3-patch11');
  }));

test('without options an experiment is the quick one, whole', () => {
  const experiments = [ablationMetrics];
  const usual = optionsFrom(experiments, {
    preset: 'quick',
    fresh: false,
    'keep-old': false,
    backend: 'auto',
  } as Parameters<typeof optionsFrom>[1]);
  assert.equal(usual, {
    experiments,
    scale: scaleOf('quick'),
    folders: { train: undefined, test: undefined },
    only: [],
    seeds: [1],
    shard: undefined,
    backend: 'auto',
    threads: undefined,
    out: RESULTS,
    fresh: false,
    keepOld: false,
  });
});

test('every option of a comparison is what it runs with', () =>
  inFolder(folder, async () => {
    const watch = { command: 'pnpm exp', signal: new AbortController().signal };
    const args = {
      only: 'dncnn,bm3d',
      sets: 'set12',
      images: 2,
      'multi-view': false,
      data: 'data',
      weights: '.',
      shard: '1/2',
      out: 'out',
      fresh: true,
      backend: 'wasm',
      threads: 1,
    };
    const options = (
      definition: typeof denoising,
      changed: Partial<Parameters<typeof comparisonOptionsFrom>[1]>,
    ) => {
      const {
        methods,
        sources,
        say,
        showProgress,
        columns,
        definition: made,
        ...others
      } = comparisonOptionsFrom(definition, { ...args, ...changed }, watch);
      return { methods: methods.map(({ name }) => name), ...others };
    };
    const expected = {
      methods: ['dncnn', 'bm3d'],
      sets: ['set12'],
      levels: [15, 50],
      first: 2,
      shard: { index: 1, count: 2 },
      backend: 'wasm',
      threads: 1,
      weights: at('.'),
      folders: { data: [at('data')], whole: undefined },
      out: join(at('out'), 'comparisons'),
      fresh: true,
      ...watch,
    };
    assert.equal(options(denoising, { sigmas: '15,50' }), expected);
    assert.is(options(denoising, { data: undefined }).folders.data[0], join(RESULTS, '../data'));
    assert.throws(
      () => options(denoising, { only: 'dncnn,bm3d,red', 'multi-view': true }),
      /^--multi-view: is of networks that have weights alone; leave bm3d, red out of --only$/,
    );
    assert.ok(
      options(denoising, { only: undefined, 'multi-view': true }).methods.every((name) =>
        name.endsWith('-mv'),
      ),
    );
    assert.equal(options(denoising, { sigmas: '15,50', only: 'dncnn', 'multi-view': true, fresh: false }), {
      ...expected,
      methods: ['dncnn-mv'],
      fresh: false,
    });
    assert.equal(options(superResolution, { scales: '3', only: 'bicubic', sets: 'set5', test: 'whole' }), {
      ...expected,
      methods: ['bicubic'],
      sets: ['set5'],
      levels: [3],
      folders: { data: [at('data')], whole: at('whole') },
    });
  }));

test.run();
