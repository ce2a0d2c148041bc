// Slow: differentiates six networks in float64.

import { checkGrads } from '@nlrn/autograd';
import { Random, type Variable, variable } from '@nlrn/tensor';
import { test } from 'uvu';
import { moved, SMALL } from './small.ts';

const random = new Random('gradients of networks');

for (const config of SMALL) {
  test(`${config.network}: gradients in the image and all parameters`, async () => {
    const network = moved(config, random);
    const draw = (length: number) => Float64Array.from({ length }, () => random.uniform());
    const x = variable('x', [2, 4, 5, 1], draw(40));
    const level = variable('level', [2, 1, 1, 1], draw(2));
    const inputs = [x, ...network.trained, ...(network.takesLevel ? [level] : [])] as Variable[];
    await checkGrads(
      () => [network.forward(x, 'train', level).output],
      inputs,
      () => random.uniform(),
    );
  });
}
test.run();
