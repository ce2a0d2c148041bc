import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatSeconds, showProgress, showTiles } from '../src/progress.ts';

test('times are as long as they need to be', () => {
  assert.equal([0, 45.4, 59.6, 200, 3599.6, 3725].map(formatSeconds), [
    '0 s',
    '45 s',
    '1 min 00 s',
    '3 min 20 s',
    '1 h 00 min',
    '1 h 02 min',
  ]);
});

const PROGRESS = {
  step: 1,
  steps: 4,
  loss: 0.0125,
  psnr: 16.02,
  validation: undefined,
  imagesPerSecond: 123.4,
  secondsLeft: 75,
};

test('the PSNR is that of the validation if there is one; of several runs the time for all is told', async () => {
  const stream = new PassThrough();
  const display = showProgress(stream as unknown as NodeJS.WriteStream);
  display.update({ ...PROGRESS, validation: 27.456, secondsLeftInAll: 3600 });
  stream.end();
  assert.is(
    await text(stream),
    'step 1/4  loss 1.250e-2  validation 27.46 dB  123 images/s  1 min 15 s left, 1 h 00 min in all\n',
  );
});

test('where there is no terminal, the first and the last step are lines, and those between at most every 5 seconds', async () => {
  const stream = new PassThrough();
  const display = showProgress(stream as unknown as NodeJS.WriteStream);
  for (let step = 1; step <= 4; step++) {
    display.update({ ...PROGRESS, step });
  }
  display.stop();
  const facts = 'loss 1.250e-2  PSNR 16.02 dB  123 images/s  1 min 15 s left\n';
  stream.end();
  assert.is(await text(stream), `step 1/4  ${facts}step 4/4  ${facts}`);
});

test('tiles are told on one line of a terminal, elsewhere the first and the last', async () => {
  const tell = async (isTTY: boolean) => {
    const stream = Object.assign(new PassThrough(), { isTTY });
    const { CI } = process.env;
    delete process.env.CI;
    const show = showTiles(stream as unknown as NodeJS.WriteStream);
    if (CI !== undefined) process.env.CI = CI;
    for (let tile = 1; tile <= 3; tile++) show(tile, 3);
    stream.end();
    return text(stream);
  };
  assert.is(await tell(true), '\rtile 1 of 3\rtile 2 of 3\rtile 3 of 3\n');
  assert.is(await tell(false), 'tile 1 of 3\ntile 3 of 3\n');
});

test.run();
