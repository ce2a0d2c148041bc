import { input, referenceBackend, type Tensor } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { enlargementLoss, levelledLoss, restorationLoss } from '../src/loss.ts';

/** Some roundings of float64. */
const TOLERANCE = 1e-12;

const restored = input('restored', [2, 1, 2, 1]);
const truth = input('truth', [2, 1, 2, 1]);
const level = input('level', [2, 1, 1, 1]);
const images = { restored: [0.5, 0.5, 0, 1], truth: [0.5, 0.25, 0.5, 1] };

async function lossOf(loss: Tensor, feeds: Record<string, number[]>): Promise<number> {
  const { y } = await referenceBackend()
    .compile({ outputs: { y: loss } })
    .run(feeds);
  return y![0]!;
}

function assertClose(found: number, wanted: number): void {
  assert.ok(Math.abs(found - wanted) <= TOLERANCE, `${found}, not ${wanted}`);
}

test('half the mean of the squares', async () => {
  // (0 + 1/16 + 1/4 + 0) / 4 / 2
  assertClose(await lossOf(restorationLoss(restored, truth), images), 5 / 128);
});

test('errors beside strong noise count less: once at 25, 51 times without noise, half at 50.5', async () => {
  const loss = levelledLoss(restored, truth, level);
  const at = (...levels: number[]) => lossOf(loss, { ...images, level: levels.map((sigma) => sigma / 255) });
  assertClose(await at(25, 25), 5 / 128);
  // 25.5 / 0.5 and 25.5 / 51
  assertClose(await at(0, 50.5), (51 / 16 + 0.5 / 4) / 8);
});

test('errors count beside those of the enlargement: once at 30 dB, six times where it has none', async () => {
  const given = input('given', [2, 1, 2, 1]);
  const loss = enlargementLoss(restored, truth, given);
  const at = (a: number, b: number) =>
    lossOf(loss, { ...images, given: [0.5 + a, 0.25 - a, 0.5 + b, 1 - b] });
  const usual = Math.sqrt(1e-3);
  assertClose(await at(usual, usual), 5 / 128);
  // 1.2e-3 / 2e-4, and 1.2e-3 / 2.4e-3
  assertClose(await at(0, Math.sqrt(2.2e-3)), (6 / 16 + 0.5 / 4) / 8);
});

test.run();
