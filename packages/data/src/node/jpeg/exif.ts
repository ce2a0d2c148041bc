/**
 * Where the orientation stands in the bytes of an Exif block (a TIFF header and its first directory; Exif 2.32, Section
 * 4.6.2 and tag 274 of 4.6.4), and what it says; undefined where it is absent or the block is damaged.
 */
export function findOrientation(
  exif: Uint8Array,
): { at: number; littleEndian: boolean; value: number } | undefined {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  try {
    const littleEndian = view.getUint16(0) === 0x4949;
    if (!littleEndian && view.getUint16(0) !== 0x4d4d) return undefined;
    const directory = view.getUint32(4, littleEndian);
    const entries = view.getUint16(directory, littleEndian);
    for (let entry = 0; entry < entries; entry++) {
      const at = directory + 2 + 12 * entry;
      if (view.getUint16(at, littleEndian) !== ORIENTATION) continue;
      const value = view.getUint16(at + 8, littleEndian);
      return value >= 1 && value <= 8 ? { at: at + 8, littleEndian, value } : undefined;
    }
  } catch (error) {
    // Beyond the block's end.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

const ORIENTATION = 274;

/** The block with the orientation 1, "as stored". */
export function upright(exif: Uint8Array): Uint8Array {
  const found = findOrientation(exif);
  if (!found) return exif;
  const changed = Uint8Array.from(exif);
  new DataView(changed.buffer).setUint16(found.at, 1, found.littleEndian);
  return changed;
}
