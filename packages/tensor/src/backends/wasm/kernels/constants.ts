// What the kernels and those who call them must agree on: whole numbers, which AssemblyScript compiles into the kernels and
// TypeScript reads as it is.

/** Added to a kernel's number: the call is too small to be shared, and thread 0 does it alone. */
export const ALONE = 256;
/** Stands behind the last call of a program in a kernel's place, and behind a list of operations in that of an operation. */
export const END = -1;

/** Rows and columns of a tile of a product. */
export const ROWS = 6;
export const COLUMNS = 16;

/** Float32 numbers of a cache line. Rows that lie a power of two apart would all compete for the same lines: one lies between. */
export const CACHE_LINE = 16;

/** Bytes of the registers of expressions, and of the sums that reductions keep, in a thread's spare memory. */
export const REGISTER_BYTES = 65536;
export const SUM_BYTES = 8192;
/** Bytes of spare memory that each thread needs: a tile, a row of zeros, and those. */
export const SPARE_BYTES = 4 * (ROWS + 1) * COLUMNS + REGISTER_BYTES + SUM_BYTES;

/** Bytes of a line of a register, 16 elements, which each turn of an operation's loop takes. */
export const LINE_BYTES = 64;

// An operand of an expression is an address and one of these: a value in memory, of which the block is read; a register, whose
// address counts from the first one; a register of one line, 16 elements, with the same number in all of them.
export const IN_MEMORY = 0;
export const REGISTER = 1;
export const SCALAR = 2;

// The `way` of a reduction.
export const SUM = 0;
export const MAX = 1;

/** Pieces of images side by side, and channels of a chunk of a pixel of them. */
export const LANES = 8;
export const CHUNK = 8;
/** Most neighbours whose inner products are summed at once: as many sums as there are registers for. */
export const MOST_DOTS = 6;

/** Numbers that attention keeps of a pixel: its largest logit, the sum of the weights, gZ . Z, and one to fill a vector. */
export const KEPT = 4;
/** The three of each lane. */
export const KEPT_IN_LANES = 3 * LANES;

/** Places of a tile that Winograd's method has transformed. */
export const PLACES = 36;
