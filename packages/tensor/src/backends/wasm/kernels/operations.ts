// The operations of expressions, by their numbers, which TypeScript reads as it is. An operation is [number, its number of
// words, y, a, b, c], as many operands as it has, two words each.

// Base functions of one operand, of two, and of three.
export const NEG = 0;
export const ABS = 1;
export const EXP = 2;
export const EXPM1 = 3;
export const LOG = 4;
export const SQRT = 5;
export const ADD = 6;
export const SUB = 7;
export const MUL = 8;
export const DIV = 9;
export const MAXIMUM = 10;
export const MINIMUM = 11;
export const GREATER = 12;
export const POW = 13;
export const SELECT = 14;
/** y = a */
export const COPY = 15;
/** [CONSTANT, 5, y, number] */
export const CONSTANT = 16;
/** `[SPLAT, 5, y, address]`: the number there, everywhere */
export const SPLAT = 17;
/** `[GATHER, words, y, address, rank, sizes, strides, first inside, first beyond]`: elements of a view; y keeps what is outside of it */
export const GATHER = 18;
