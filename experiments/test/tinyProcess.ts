import { runExperiments } from '../lib/runner.ts';
import { TINY_SCALE, tinyOptions } from './tiny.ts';

/** A process that runs the tiny experiment with as many steps as are given: `tinyProcess.ts OUT STEPS`. */
const [out = '', steps = ''] = process.argv.slice(2);
const scale = { ...TINY_SCALE, config: { ...TINY_SCALE.config, steps: Number(steps) }, checkpointEvery: 3 };
await runExperiments(tinyOptions(out, { scale, say: (line) => console.log(line) }));
