/** The import of the memory (`memory`, kind 2), up to the flags of its limits: 3 is shared with a maximum, 1 has a maximum alone. */
const MEMORY_IMPORT = [6, ...new TextEncoder().encode('memory'), 2];
const [SHARED, OWN] = [3, 1];

/**
 * The kernels, as they arrive, for a memory that is not shared: WebKit refuses shared ones in a page that is not cross-origin
 * isolated. The stream fails if they import no shared memory.
 */
export function forOwnMemory(): TransformStream<Uint8Array, Uint8Array> {
  /** What has arrived while the import has not. */
  let held: number[] | undefined = [];
  return new TransformStream({
    transform(piece, controller) {
      if (!held) return controller.enqueue(piece);
      for (const byte of piece) held.push(byte);
      const flags = flagsIn(held);
      if (flags === undefined) return;
      if (held[flags] !== SHARED) return controller.error(notShared());
      held[flags] = OWN;
      controller.enqueue(Uint8Array.from(held));
      held = undefined;
    },
    flush(controller) {
      if (held) controller.error(notShared());
    },
  });
}

/** Where the flags of the imported memory are among the bytes; undefined if they are not there yet. */
function flagsIn(bytes: readonly number[]): number | undefined {
  const at = bytes.findIndex((_, i) => MEMORY_IMPORT.every((byte, j) => bytes[i + j] === byte));
  const flags = at + MEMORY_IMPORT.length;
  return at >= 0 && flags < bytes.length ? flags : undefined;
}

function notShared(): Error {
  return new Error('the wasm kernels import no shared memory; see packaging/kernels/tensor.ts');
}
