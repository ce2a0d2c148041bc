import { join } from 'node:path';
import { createImage } from '@nlrn/data';
import { type StoredTensor, writeSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withMethods } from '../src/denoise/methods.ts';
import { publishedEnlarger, publishedModel } from '../src/models/published.ts';

const folder = temporaryFolder();

/** A DnCNN of two convolutions that finds no noise but what its last bias says. */
function dncnn(bias: number): Map<string, StoredTensor> {
  return new Map([
    ['conv0.weight', { shape: [1, 1, 3, 3], data: new Float32Array(9) }],
    ['conv0.bias', { shape: [1], data: new Float32Array(1) }],
    ['conv1.weight', { shape: [1, 1, 3, 3], data: new Float32Array(9) }],
    ['conv1.bias', { shape: [1], data: Float32Array.of(bias) }],
  ]);
}
for (const [name, sigma] of [
  ['dncnn-s15', '15'],
  ['dncnn-s50', '50'],
  ['dncnn-b', '0-55'],
] as const)
  writeSafetensors(join(folder, `${name}.safetensors`), dncnn(0.125), { sigma });

test('of published weights those for the level are taken, else the blind ones, else the nearest', () => {
  const nameAt = (sigma: number) => publishedModel('dncnn', sigma, folder).name;
  assert.equal([15, 50, 25, 55, 60].map(nameAt), ['dncnn-s15', 'dncnn-s50', 'dncnn-b', 'dncnn-b', 'dncnn-b']);
});

test('without weights the remedy is said', () => {
  assert.throws(
    () => publishedModel('tnrd', 25, folder),
    /^--method tnrd: no weights tnrd-\*\.safetensors in .*; name a file by --weights$/,
  );
});

test('of published weights that enlarge those for the scale are taken, and of these the ones for the fewest', () => {
  const side = (n: number): StoredTensor => ({ shape: [1, 1, n, n], data: new Float32Array(n ** 2) });
  const srcnn = new Map([5, 1, 5].map((n, k) => [`conv${k}.weight`, side(n)]));
  const write = (name: string, source: string) =>
    writeSafetensors(join(folder, `${name}.safetensors`), srcnn, { source });
  const nameAt = (scale: number) => publishedEnlarger('srcnn', scale, folder).name;
  write('srcnn-x2', 'x2.mat');
  assert.throws(
    () => nameAt(4),
    /^--method srcnn: no weights srcnn-\*\.safetensors for --scale 4 in .*; name a file by --weights$/,
  );
  write('srcnn-all', 'all.mat');
  assert.equal([nameAt(2), nameAt(4)], ['srcnn-x2', 'srcnn-all']);
});

const IMAGE = createImage(8, 8, 1, new Float32Array(64).fill(0.5));

test('a named file is used, at its level', async () => {
  const weights = join(folder, 'dncnn-s15.safetensors');
  const restored = await withMethods(
    { method: 'dncnn', weights, backend: 'reference' },
    async (methodFor) => {
      const { describe, denoise } = await methodFor(IMAGE, 15);
      assert.is(describe, 'dncnn-s15, weights trained for sigma 15');
      return denoise(() => {});
    },
  );
  assert.ok(restored.data.every((value) => value === 0.375));
});

test('weights of another network than the method’s are refused, and both are named', async () => {
  const weights = join(folder, 'dncnn-b.safetensors');
  for (const method of ['ffdnet', 'nlrn'] as const) {
    const refused = await withMethods({ method, weights, backend: 'reference' }, async () => 'used').catch(
      ({ message }: Error) => message,
    );
    assert.is(
      refused,
      `--method ${method}: ${weights} holds a network of kind dncnn; leave --method out, or name other weights by --weights`,
    );
  }
});

test.run();
