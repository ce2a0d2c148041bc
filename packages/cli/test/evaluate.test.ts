import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { generateImage } from '@nlrn/data';
import { loadFolder, writePng } from '@nlrn/data/node';
import { temporaryFolder } from '@nlrn/files/test';
import { createNetwork, type NetworkConfig } from '@nlrn/networks';
import { evaluate, saveWeights } from '@nlrn/nn';
import { referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nlrnCli } from '../src/nlrnCli.ts';
import { inFolder, linesOf } from './inProcess.ts';

const folder = temporaryFolder();
mkdirSync(join(folder, 'images'));
writePng(join(folder, 'images', '1.png'), generateImage('leaves', { width: 14, height: 13, seed: 1 }));

const config: NetworkConfig = { network: 'dncnn', channels: 2, depth: 2 };

test('the means of evaluate are those of its seeds, its level, and all views where they are asked for', () =>
  inFolder(folder, async () => {
    const backend = referenceBackend();
    let n = 0;
    const network = createNetwork(config, () => ((n++ * 7) % 11) / 11);
    await saveWeights(join(folder, 'w.safetensors'), { network, config, backend });
    const dataset = loadFolder(join(folder, 'images'));
    const meanOf = async (args: string) => {
      const command = `evaluate images --weights w.safetensors --backend reference ${args}`;
      const lines = await linesOf(nlrnCli, command);
      return lines.at(-1)!.split(/ +/).slice(1);
    };
    const wanted = async (sigma: number, seeds: readonly number[], multiView: boolean) => {
      const { mean } = await evaluate({ network, backend, dataset, sigma, seeds, multiView });
      return [mean!.noisy, mean!.restored].flatMap(({ psnr, ssim }) => [psnr.toFixed(2), ssim.toFixed(4)]);
    };
    const found = [
      await meanOf('--sigma 20'),
      await meanOf('--sigma 20 --seeds 3,4'),
      await meanOf('--sigma 20 --seeds 3,4 --multi-view'),
    ];
    assert.equal(found, [
      await wanted(20, [0], false),
      await wanted(20, [3, 4], false),
      await wanted(20, [3, 4], true),
    ]);
    assert.is(new Set(found.map(String)).size, 3);
  }));

test.run();
