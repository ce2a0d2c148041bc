import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const JOB = readFileSync(join(import.meta.dirname, '../cluster/kubernetes.yaml'), 'utf8');

/** The value of a key that the file has once. */
function setting(key: string): string {
  const found = [...JOB.matchAll(new RegExp(`^ *${key}: (.+)$`, 'gm'))];
  assert.is(found.length, 1, key);
  return found[0]![1]!;
}

test('a pod whose run diverges ends with code 1 again and again, and no other pod with it', () => {
  assert.not.match(JOB, /^ *backoffLimit:/m);
  assert.ok(Number(setting('backoffLimitPerIndex')) >= 1);
  assert.is(setting('maxFailedIndexes'), setting('completions'));
  // What the API asks for beside a limit of each index.
  assert.equal([setting('completionMode'), setting('restartPolicy')], ['Indexed', 'Never']);
});

test('an eviction does not count as a failure, and the shards are as many as the pods', () => {
  assert.match(
    JOB,
    /- action: Ignore\n +onPodConditions: \[\{ type: DisruptionTarget, status: "True" \}\]\n/,
  );
  assert.is(JOB.match(/\(INDEX \+ 1\)\)\/(\d+)/)![1], setting('completions'));
});

test.run();
