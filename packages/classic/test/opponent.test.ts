import { createImage } from '@nlrn/data';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  fromOpponentImages,
  luminanceOf,
  opponentSigmas,
  setLuminance,
  toOpponentImages,
} from '../src/opponent.ts';

/** Rounding of float32 pixels. */
const FLOAT32 = 1e-6;

test('the luminance is the mean of the channels, and has less noise than they', () => {
  const image = createImage(2, 1, 3, Float32Array.of(0.1, 0.2, 0.6, 1, 1, 0.4));
  const { channels, data } = luminanceOf(image);
  assert.is(channels, 1);
  [0.3, 0.8].forEach((value, i) => {
    assert.ok(Math.abs(data[i]! - value) < FLOAT32);
  });
  const [luminance, ...colors] = opponentSigmas(3, 24);
  assert.ok(Math.abs(luminance! - 24 / Math.sqrt(3)) < FLOAT32);
  [24 * Math.SQRT1_2, 24 * Math.sqrt(3 / 8)].forEach((value, i) => {
    assert.ok(Math.abs(colors[i]! - value) < FLOAT32);
  });
  const grey = createImage(2, 1);
  assert.is(luminanceOf(grey), grey);
});

test('another luminance leaves the differences of the channels', () => {
  const image = createImage(2, 1, 3, Float32Array.of(0.1, 0.2, 0.6, 1, 1, 0.4));
  setLuminance(image, createImage(2, 1, 1, Float32Array.of(0.5, 0.7)));
  [0.3, 0.4, 0.8, 0.9, 0.9, 0.3].forEach((value, i) => {
    assert.ok(Math.abs(image.data[i]! - value) < FLOAT32, `${i}: ${image.data[i]}`);
  });
});

test('opponent colours as images: by hand, and back again', () => {
  const image = createImage(2, 1, 3, Float32Array.of(0.1, 0.2, 0.6, 1, 1, 0.4));
  const images = toOpponentImages(image);
  const expected = [
    [0.3, 0.8],
    [0.5 + (0.1 - 0.6) / 2, 0.5 + (1 - 0.4) / 2],
    [0.5 + (0.1 - 2 * 0.2 + 0.6) / 4, 0.5 + (1 - 2 + 0.4) / 4],
  ];
  for (const [k, { channels, data }] of images.entries()) {
    assert.is(channels, 1);
    for (const [i, value] of expected[k]!.entries()) assert.ok(Math.abs(data[i]! - value) < FLOAT32);
  }
  const back = fromOpponentImages(images);
  for (const [i, value] of image.data.entries()) assert.ok(Math.abs(back.data[i]! - value) < FLOAT32);
});

test.run();
