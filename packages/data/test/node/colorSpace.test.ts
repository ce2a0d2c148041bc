import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lostInJpeg } from '../../src/node/colorSpace.ts';
import { profileChunk } from '../../src/node/profile.ts';

function numbers(type: string, ...values: readonly number[]) {
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    data.writeUInt32BE(value, 4 * i);
  });
  return { type, data };
}

const profileFor = (space: string) => {
  const profile = Buffer.alloc(128);
  profile.write(space, 16, 'latin1');
  return profileChunk(profile);
};

const SRGB_PRIMARIES = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000];
const gamma = numbers('gAMA', 45455);
const linear = numbers('gAMA', 100_000);
const primaries = numbers('cHRM', ...SRGB_PRIMARIES);
const wide = numbers('cHRM', 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000);
const srgb = { type: 'sRGB', data: Uint8Array.of(0) };
const code = (...values: number[]) => ({ type: 'cICP', data: Uint8Array.from(values) });

const CASES = [
  ['nothing', [], undefined],
  ['sRGB in every way', [code(1, 13, 0, 1), srgb, gamma, primaries], undefined],
  ['gamma and primaries of sRGB, rounded', [numbers('gAMA', 45454), primaries], undefined],
  ['another gamma', [linear], 'gAMA'],
  ['other primaries', [gamma, wide], 'cHRM'],
  ['another gamma, which sRGB overrules', [srgb, linear], undefined],
  ['BT.2100 PQ', [code(9, 16, 0, 1), srgb], 'cICP'],
  ["sRGB's numbers in a video's range", [code(1, 13, 0, 0)], 'cICP'],
  ['a profile, which a JPEG keeps', [profileFor('RGB '), linear], undefined],
  ['a profile that BT.2100 PQ overrules', [profileFor('RGB '), code(9, 16, 0, 1)], 'cICP'],
  ['a profile of grey that sRGB overrules', [profileFor('GRAY'), code(1, 13, 0, 1)], undefined],
  ['a profile of grey, which it does not', [profileFor('GRAY')], 'iCCP'],
] as const;

for (const [what, description, lost] of CASES)
  test(`what a JPEG does not tell of colours: ${what}`, () => assert.is(lostInJpeg({ description }), lost));

test.run();
