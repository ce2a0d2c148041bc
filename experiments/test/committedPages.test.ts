// Slow: draws all plots and pages.
/** `pnpm exp report` changes nothing of what is committed. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { PRESET_NAMES } from '@nlrn/nlrn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXPERIMENTS } from '../catalogue.ts';
import { scaleOf } from '../lib/experiment.ts';
import { RESULTS } from '../lib/results.ts';
import { writeReport } from '../report/writeReport.ts';

const out = temporaryFolder();

for (const scale of PRESET_NAMES.map((preset) => scaleOf(preset)).filter(({ name }) =>
  existsSync(join(RESULTS, name)),
)) {
  test(`${scale.name}: the files are what its runs make (pnpm exp report)`, () => {
    const folder = join(out, scale.name);
    for (const name of ['runs', 'crops']) {
      cpSync(join(RESULTS, scale.name, name), join(folder, name), { recursive: true });
    }
    assert.ok(writeReport({ experiments: EXPERIMENTS, scale, out, from: [], say: () => {} }));
    for (const name of readdirSync(folder).filter((name) => name.includes('.'))) {
      const [made, committed] = [folder, join(RESULTS, scale.name)].map((at) =>
        readFileSync(join(at, name), 'utf8'),
      );
      assert.ok(made === committed, name);
    }
  });
}

test.run();
