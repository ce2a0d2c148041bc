/**
 * Pieces of kernel source.
 *
 * Sources are text with every size written out: gpu.js then has no arguments to pass, and its compilers see constants.
 * Two of its habits decide how they are written. A local variable is float32, also one that is given an integer, and
 * in mode webasm one that counts a loop. So an index into a large tensor stands inside the brackets, where sums and
 * products of integers stay integers beyond 2^24; a local holds small integers only (rows, columns, terms) and enters an
 * index as `int(local)`. And `/` and `%` are float32.
 */

export const X = 'this.thread.x';
export const Y = 'this.thread.y';
export const Z = 'this.thread.z';

/** An integer again, of a local variable that holds one. */
export function int(local: string): string {
  return `(${local} | 0)`;
}

/** What is divided is below this. */
export const DIVIDED = 2 ** 20;

/**
 * floor(i / d) as an integer, for an integer 0 <= i < 2^20.
 *
 * With the half added the quotient is at least 1 / 2d from the next integer, far more than a division may err on a GPU
 * (WGSL: 2.5 units in the last place).
 */
export function quotient(i: string, d: number): string {
  if (d === 1) return `(${i})`;
  if (isPowerOfTwo(d)) return `((${i}) >> ${Math.log2(d)})`;
  return `(Math.floor((${i} + 0.5) / ${d}) | 0)`;
}

/** i - d floor(i / d), as `quotient`. */
export function remainder(i: string, d: number): string {
  if (d === 1) return '0';
  if (isPowerOfTwo(d)) return `((${i}) & ${d - 1})`;
  return `((${i}) - ${quotient(i, d)} * ${d})`;
}

/** The remainder of an integer that may be negative, but not less than `-least`. */
export function modulo(i: string, d: number, least: number): string {
  const turns = Math.ceil(least / d);
  return remainder(turns === 0 ? i : `(${i} + ${turns * d})`, d);
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(Math.log2(n));
}

/**
 * Statements for 0, 1, …, count - 1: a loop that takes `by` of them in a turn, then the rest.
 *
 * The loop counts turns: a variable that grows by more than 1 would be float32 in every mode.
 */
export function unrolled(
  name: string,
  count: number,
  by: number,
  statements: (index: string) => string,
): string {
  const whole = count - (count % by);
  const turn = Array.from({ length: by }, (_, i) => statements(`(${int(name)} * ${by} + ${i})`));
  const rest = Array.from({ length: count - whole }, (_, i) => statements(`${whole + i}`));
  const loop =
    whole === 0 ? [] : [`for (let ${name} = 0; ${name} < ${whole / by}; ${name}++) {`, ...turn, '}'];
  return [...loop, ...rest].join('\n');
}

/** Several tests in one; undefined if there is none. */
export function all(tests: readonly (string | undefined)[]): string | undefined {
  const known = tests.filter((test) => test !== undefined);
  return known.length === 0 ? undefined : known.join(' && ');
}

/** Statements that are run if a test says so, if there is one. */
export function onlyIf(test: string | undefined, body: string): string {
  return test === undefined ? body : `if (${test}) {\n${body}\n}`;
}

/** The numbers 0 to n - 1. */
export function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
