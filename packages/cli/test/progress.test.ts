import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fitted } from '../src/liveLine.ts';
import { formatSeconds, restoringFacts, testingFacts, trainingFacts } from '../src/progress.ts';

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
  step: 1234,
  steps: 495_000,
  loss: 0.0125,
  psnr: 16.02,
  validation: undefined,
  imagesPerSecond: 123.4,
  secondsLeft: 75,
};

test('of training the time left comes second, then the PSNR, of the validation if there is one', () => {
  assert.equal(trainingFacts(PROGRESS), [
    'step 1234/495000',
    '1 min 15 s left',
    'PSNR 16.02 dB',
    'loss 1.250e-2',
    '123 images/s',
  ]);
  assert.not.match(trainingFacts({ ...PROGRESS, psnr: undefined }).join(' '), /PSNR/);
  const [, left, inAll, quality] = trainingFacts({ ...PROGRESS, validation: 27.456 }, 3600);
  assert.equal([left, inAll, quality], ['1 min 15 s left', '1 h 00 min left in all', 'validation 27.46 dB']);
});

test('of a test the image and the time left are told, which is not known at first', () => {
  assert.equal(testingFacts({ image: 1, images: 12, done: 0, secondsLeft: undefined }, 60), [
    'testing image 1/12',
    '0 % of the pixels',
  ]);
  assert.equal(testingFacts({ image: 3, images: 12, done: 0.216, secondsLeft: 40 }, 3600), [
    'testing image 3/12',
    '40 s left',
    '1 h 00 min left in all',
    '21 % of the pixels',
  ]);
  assert.equal(restoringFacts(0, undefined), ['0 %']);
  assert.equal(restoringFacts(0.437, 12.3), ['43 %', '12 s left']);
});

test('on 60, 80 and 200 columns the longest line of training shows the time left, and more where it fits', () => {
  const facts = trainingFacts({ ...PROGRESS, validation: 27.456, secondsLeft: 360_000 }, 3_600_000);
  const step = 'step 1234/495000 | 100 h 00 min left';
  const inAll = `${step} | 1000 h 00 min left in all`;
  assert.is(fitted(facts, 60), step);
  assert.is(fitted(facts, 80), inAll);
  assert.is(fitted(facts, 200), `${inAll} | validation 27.46 dB | loss 1.250e-2 | 123 images/s`);
});

test.run();
