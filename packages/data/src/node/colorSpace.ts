import type { Picture } from './picture.ts';
import { fitsChannels, profileIn } from './profile.ts';

/** What the chunks of sRGB are (PNG, Sections 11.3.2.5 and 11.3.2.6): gamma, and chromaticities, times 100,000. */
const SRGB = { gAMA: [45455], cHRM: [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000] } as const;

/** How far the numbers of sRGB's chunks are rounded by some programs. */
const ROUNDED = 100;

/**
 * The chunk that says of a picture's colours that they are not sRGB's, where a JPEG cannot say it: that has a profile for colours, or
 * nothing, which is taken for sRGB. Undefined if none is lost. Chunks hold in the order of PNG's Section 4.3: cICP, iCCP, sRGB, others.
 */
export function lostInJpeg({ description }: Pick<Picture, 'description'>): string | undefined {
  const dataOf = (type: string) => description.find((chunk) => chunk.type === type)?.data;
  const code = dataOf('cICP');
  if (code) return isSrgbCode(code) ? undefined : 'cICP';
  const profile = dataOf('iCCP');
  if (profile) {
    const whole = profileIn(profile);
    return whole && fitsChannels(whole, 3) ? undefined : 'iCCP';
  }
  if (dataOf('sRGB')) return undefined;
  return (['gAMA', 'cHRM'] as const).find((type) => {
    const data = dataOf(type);
    return data !== undefined && !isNear(data, SRGB[type]);
  });
}

/** The primaries of BT.709, sRGB's transfer function, RGB as it is, from 0 to the largest value: ITU-T H.273, Tables 2, 3 and 4, and Section 8.3. */
const SRGB_CODE = [1, 13, 0, 1];

function isSrgbCode(data: Uint8Array): boolean {
  return SRGB_CODE.every((value, i) => data[i] === value);
}

function isNear(data: Uint8Array, wanted: readonly number[]): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return wanted.every((value, i) => Math.abs(view.getUint32(4 * i) - value) <= ROUNDED);
}
