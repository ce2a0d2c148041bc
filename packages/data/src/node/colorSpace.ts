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
  const profile = dataOf('iCCP');
  if (profile) {
    const whole = profileIn(profile);
    return whole && fitsChannels(whole, 3) ? undefined : 'iCCP';
  }
  const code = dataOf('cICP');
  if (code) return isSrgbCode(code) ? undefined : 'cICP';
  if (dataOf('sRGB')) return undefined;
  return (['gAMA', 'cHRM'] as const).find((type) => {
    const data = dataOf(type);
    return data !== undefined && !isNear(data, SRGB[type]);
  });
}

/** The primaries of BT.709 and sRGB's transfer function: ITU-T H.273, Tables 2 and 3. */
function isSrgbCode(data: Uint8Array): boolean {
  return data[0] === 1 && data[1] === 13;
}

function isNear(data: Uint8Array, wanted: readonly number[]): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return wanted.every((value, i) => Math.abs(view.getUint32(4 * i) - value) <= ROUNDED);
}
