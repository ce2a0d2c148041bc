/** One channel of an image on the 0-255 scale, as the papers' constants have it: data [height, width], shared by threads. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** In a page that is not cross-origin isolated there is no shared memory, and one thread, which needs none. */
const SharedBuffer: new (bytes: number) => SharedArrayBuffer | ArrayBuffer =
  globalThis.SharedArrayBuffer ?? ArrayBuffer;

/** A plane of zeros in memory that worker threads see. */
export function sharedPlane(width: number, height: number): Plane {
  return { width, height, data: sharedFloats(width * height) };
}

/** n zeros in memory that worker threads see. */
export function sharedFloats(n: number): Float32Array {
  return new Float32Array(new SharedBuffer(n * Float32Array.BYTES_PER_ELEMENT));
}

export function sharedInts(n: number): Int32Array {
  return new Int32Array(new SharedBuffer(n * Int32Array.BYTES_PER_ELEMENT));
}
