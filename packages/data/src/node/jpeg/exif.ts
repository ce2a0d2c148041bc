import type { Image } from '../../image.ts';

/**
 * Tags of Exif 2.32, Sections 4.6.4 and 4.6.5: sizes are told by TIFF's, in the first directory as orientation and resolution, and by
 * Exif's own.
 */
const TAGS = {
  orientation: 274,
  xResolution: 282,
  yResolution: 283,
  exifDirectory: 34665,
  width: [256, 40962],
  height: [257, 40963],
} as const;

/** The type of a value of 32 bits. */
const LONG = 4;

/** How a picture has to be turned, 1 to 8, as an Exif block says; undefined where that is absent or the block is damaged. */
export function orientationOf(exif: Uint8Array): number | undefined {
  return inBlock(exif, (block) => block.orientation()?.value);
}

/** Whether what is across in the stored picture is down in the upright one: it is turned by a quarter. */
export function exchangesSides(orientation: number): boolean {
  return orientation >= 5;
}

/** The block of the upright picture: with the orientation 1, "as stored", and the resolutions exchanged if the sides are. */
export function upright(exif: Uint8Array): Uint8Array {
  return changed(exif, (block) => {
    const found = block.orientation();
    if (!found) return;
    block.view.setUint16(found.at, 1, block.littleEndian);
    if (exchangesSides(found.value)) block.exchange(TAGS.xResolution, TAGS.yResolution);
  });
}

/** The block of a picture of this size that is no longer what it was: without its thumbnail, which is in the second directory. */
export function renewed(exif: Uint8Array, { width, height }: Pick<Image, 'width' | 'height'>): Uint8Array {
  return changed(exif, ({ view, littleEndian, first, entriesOf }) => {
    const main = entriesOf(first);
    view.setUint32(first + 2 + 12 * view.getUint16(first, littleEndian), 0, littleEndian);
    const own = main.get(TAGS.exifDirectory);
    const directories = [
      main,
      ...(own === undefined ? [] : [entriesOf(view.getUint32(own + 8, littleEndian))]),
    ];
    for (const [tags, size] of [
      [TAGS.width, width],
      [TAGS.height, height],
    ] as const) {
      for (const at of tags.flatMap((tag) => directories.map((entries) => entries.get(tag)))) {
        if (at === undefined) continue;
        view.setUint16(at + 2, LONG, littleEndian);
        view.setUint32(at + 8, size, littleEndian);
      }
    }
  });
}

/** An Exif block: a TIFF header and directories of entries (Exif 2.32, Section 4.6.2). Reading beyond its end throws RangeError. */
class Block {
  readonly view: DataView;
  readonly littleEndian: boolean;
  /** Where the first directory begins */
  readonly first: number;

  constructor(exif: Uint8Array) {
    this.view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
    const order = this.view.getUint16(0);
    this.littleEndian = order === 0x4949;
    if (!this.littleEndian && order !== 0x4d4d) throw new RangeError('no TIFF header');
    this.first = this.view.getUint32(4, this.littleEndian);
  }

  /** Where the entries of a directory stand, by their tags. */
  readonly entriesOf = (directory: number): Map<number, number> => {
    const count = this.view.getUint16(directory, this.littleEndian);
    const places = Array.from({ length: count }, (_, i) => directory + 2 + 12 * i);
    return new Map(places.map((at) => [this.view.getUint16(at, this.littleEndian), at]));
  };

  orientation(): { at: number; value: number } | undefined {
    const entry = this.entriesOf(this.first).get(TAGS.orientation);
    if (entry === undefined) return undefined;
    const value = this.view.getUint16(entry + 8, this.littleEndian);
    return value >= 1 && value <= 8 ? { at: entry + 8, value } : undefined;
  }

  /** Exchanges what two entries of the first directory say, if both are there: type, count, and value or where that stands. */
  exchange(a: number, b: number): void {
    const entries = this.entriesOf(this.first);
    const [one, other] = [entries.get(a), entries.get(b)];
    if (one === undefined || other === undefined) return;
    for (let at = 2; at < 12; at += 2) {
      const word = this.view.getUint16(one + at);
      this.view.setUint16(one + at, this.view.getUint16(other + at));
      this.view.setUint16(other + at, word);
    }
  }
}

/** What is found in a block; undefined if it is damaged. */
function inBlock<T>(exif: Uint8Array, find: (block: Block) => T): T | undefined {
  try {
    return find(new Block(exif));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** A copy of a block that is changed; the block itself if it is damaged. */
function changed(exif: Uint8Array, change: (block: Block) => void): Uint8Array {
  const copy = Uint8Array.from(exif);
  const isWhole = inBlock(copy, (block) => {
    change(block);
    return true;
  });
  return isWhole ? copy : exif;
}
