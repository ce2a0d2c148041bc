/** What git has of the results, and what it leaves out. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = join(import.meta.dirname, '../..');

/** What git prints; empty where it, or a repository, is not there. */
function git(args: readonly string[], input = ''): string {
  const { stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8', input, maxBuffer: 2 ** 26 });
  return stdout ?? '';
}

const isRepository = git(['rev-parse', '--show-prefix']) === '\n';
const isWhole = isRepository && git(['rev-parse', '--is-shallow-repository']) === 'false\n';

(isWhole ? test : test.skip)('the commits that results and weights name are in the history', () => {
  const found = git([
    'grep',
    '-ahoE',
    'commit\\W{1,5}[0-9a-f]{40}',
    '--',
    'results',
    '*/weights',
    '*/trained',
  ]);
  const named = new Set(
    found
      .trimEnd()
      .split('\n')
      .map((text) => text.slice(-40)),
  );
  const history = new Set(git(['rev-list', 'HEAD']).split('\n'));
  assert.ok(named.size > 10);
  assert.equal(
    [...named].filter((commit) => !history.has(commit)),
    [],
  );
});

(isRepository ? test : test.skip)(
  'what is kept aside is ignored, whatever the reason, and what is not, is not',
  () => {
    const reasons = ['before-fresh', 'damaged', 'older-configuration', 'unusable'];
    const others = ['images', 'noise', 'sources', 'weights'].map((other) => `other-${other}`);
    const kept = [...reasons, ...others].flatMap((word) => [
      `results/quick/runs/full.seed1.${word}.json`,
      `results/quick/crops/full.seed1.mixed-05.${word}-2.png`,
      `results/comparisons/runs/bm3d.set12.s25.${word}.json`,
    ]);
    const made = [
      'results/quick/runs/full.seed9.json',
      'results/comparisons/runs/bm3d.set12-first5.s25.json',
    ];
    const ignored = git(['check-ignore', '--no-index', '--stdin'], [...kept, ...made].join('\n'));
    assert.equal(ignored.trimEnd().split('\n'), kept);
  },
);

test.run();
