import type { Finish } from '../product.ts';
import { range } from '../source.ts';

/** Threads of a group. */
export const THREADS = 256;

/** Results of a group, the largest block first. */
const BLOCKS: readonly Block[] = [
  { rows: 128, columns: 128 },
  { rows: 128, columns: 64 },
  { rows: 64, columns: 64 },
];

/** Blocks that keep all of a large card busy, which has some 130 multiprocessors with two groups each. */
const ENOUGH = 200;

/** A part of the result, which a group computes. */
export interface Block {
  readonly rows: number;
  readonly columns: number;
}

/** One of the two matrices that are multiplied, in texts in WGSL; all their names are i32. */
export interface Factor {
  /** Of the element of term `k`, in turn `u` of the sum, in matrix `z`, for a `row` or `column` of the result */
  readonly index: string;
  /** Whether there is such an element, if that is not certain; else it is zero */
  readonly test?: string | undefined;
  /** What becomes of an element `t` before it is multiplied */
  readonly value?: ((t: string) => string) | undefined;
  /** Names for what is found once for a row: texts in it and in `z` */
  readonly parts?: Readonly<Record<string, string>>;
  /** Do four elements lie side by side, from a multiple of four on, along the terms or, in the other order, along rows? */
  readonly inFours: boolean;
}

/** A product whose sum runs over `turns` times `terms`; its result is [batch, rows, columns]. */
export interface Tiling {
  readonly rows: number;
  readonly columns: number;
  readonly batch: number;
  readonly turns: number;
  readonly terms: number;
  readonly left: Factor;
  /** Do elements of a lie side by side for rows, and not for terms? */
  readonly rowsSideBySide: boolean;
  /** Its elements lie side by side along the columns */
  readonly right: Factor;
  readonly finish: Finish;
  /** Names of what is read beside a and b */
  readonly more: readonly string[];
  /** Are results stored as float32? */
  readonly isFloat32: boolean;
}

/** The largest block of which there are enough. */
export function blockFor({ rows, columns, batch }: Tiling): Block {
  const fits = BLOCKS.filter((block) => block.columns === 64 || columns > 64);
  return fits.find((block) => blocks(rows, columns, block) * batch >= ENOUGH) ?? fits.at(-1)!;
}

/** In how many parts a sum should be done, so that a product of one matrix keeps all of a large card busy. */
export function partsFor(rows: number, columns: number): number {
  const block = BLOCKS.find((block) => columns > 64 || block.columns === 64)!;
  return isLarge(rows, columns) ? Math.ceil(ENOUGH / blocks(rows, columns, block)) : 1;
}

function blocks(rows: number, columns: number, block: Block): number {
  return Math.ceil(rows / block.rows) * Math.ceil(columns / block.columns);
}

function isLarge(rows: number, columns: number): boolean {
  return rows >= 32 && columns >= 32;
}

/** Is a product so large that blocks are worth it? */
export function isWorthBlocks({ rows, columns, turns, terms }: Tiling): boolean {
  return isLarge(rows, columns) && turns * terms >= 16;
}

/** The groups of a product. */
export function groupsOf({ rows, columns, batch }: Tiling, block: Block): readonly [number, number, number] {
  return [Math.ceil(columns / block.columns), Math.ceil(rows / block.rows), batch];
}

/** The declarations of what a product reads and writes. */
export function bindingsOf({ more }: Tiling, types: Readonly<Record<'a' | 'b' | 'result', string>>): string {
  const inputs = [['a', types.a], ['b', types.b], ...more.map((name) => [name, 'f32'])];
  return [
    ...inputs.map(
      ([name, type], i) => `@group(0) @binding(${1 + i}) var<storage, read> ${name} : array<${type}>;`,
    ),
    `@group(0) @binding(${1 + inputs.length}) var<storage, read_write> result : array<${types.result}>;`,
  ].join('\n');
}

/** The type of an element, or of four. */
export function typeOf(inFours: boolean): string {
  return inFours ? 'vec4f' : 'f32';
}

/** An element, or four side by side, of which a thread keeps `value` until it is put into the group's memory. */
export interface Slot {
  readonly value: string;
  readonly width: 1 | 4;
  /** Its row or column in the block, and its term among those that the group keeps: the first of four */
  readonly at: string;
  readonly k: string;
}

/** How a thread loads its part of a matrix: statements before all turns, and in a turn. */
export interface Loads {
  readonly before: readonly string[];
  readonly load: readonly string[];
  readonly slots: readonly Slot[];
}

/** Loads of the left matrix, `depth` terms at a time; neighbouring threads read what lies side by side. */
export function leftLoads({ rows, terms, left, rowsSideBySide }: Tiling, block: Block, depth: number): Loads {
  const { inFours, parts = {} } = left;
  const { width, numbers, place, line } = shareOf(
    rowsSideBySide ? block.rows : depth,
    block.rows * depth,
    inFours,
  );
  /** Slots whose rows differ; along rows, all of a thread have the same */
  const own = rowsSideBySide ? [0] : numbers;
  const ownOf = (i: number) => (rowsSideBySide ? 0 : i);
  const slots = numbers.map((i) => ({
    ...{ value: `left${i}`, width, at: `leftAt${ownOf(i)}` },
    k: rowsSideBySide ? `(${line(i)})` : `(${place})`,
  }));
  const find = (i: number) => [
    `let leftAt${i} = ${rowsSideBySide ? place : line(i)};`,
    `let row${i} = firstRow + leftAt${i};`,
    ...Object.entries(parts).map(
      ([name, text]) => `let ${name}${i} = ${text.replace(/\brow\b/g, `row${i}`)};`,
    ),
  ];
  return {
    slots,
    before: [...own.flatMap(find), ...slots.map(({ value }) => `var ${value} = ${typeOf(inFours)}();`)],
    load: slots.map(({ value, k }, i) => {
      const names = ['row', ...Object.keys(parts)].map((name) => `let ${name} = ${name}${ownOf(i)};`);
      const isTerm = terms % depth === 0 ? undefined : `k < ${terms}`;
      return guarded(
        value,
        [...names, `let k = first + ${k};`],
        [`row < ${rows}`, isTerm, left.test],
        'a',
        left,
        inFours,
      );
    }),
  };
}

/** Loads of the right matrix. */
export function rightLoads({ columns, terms, right }: Tiling, block: Block, depth: number): Loads {
  const { inFours } = right;
  const { width, numbers, place, line } = shareOf(block.columns, block.columns * depth, inFours);
  const slots = numbers.map((i) => ({ value: `right${i}`, width, at: 'rightAt', k: `(${line(i)})` }));
  const isColumn = columns % block.columns === 0 ? undefined : `column < ${columns}`;
  const isTerm = terms % depth === 0 ? undefined : `k < ${terms}`;
  return {
    slots,
    before: [
      `let rightAt = ${place};`,
      'let ownColumn = firstColumn + rightAt;',
      ...slots.map(({ value }) => `var ${value} = ${typeOf(inFours)}();`),
    ],
    load: slots.map(({ value, k }) =>
      guarded(
        value,
        ['let column = ownColumn;', `let k = first + ${k};`],
        [isColumn, isTerm, right.test],
        'b',
        right,
        inFours,
      ),
    ),
  };
}

/** A thread's share of a block whose lines are so long: its slots, their place in a line and, each in turn, their line. */
function shareOf(line: number, all: number, inFours: boolean) {
  const width = inFours ? 4 : 1;
  const inLine = line / width;
  return {
    width,
    numbers: range(all / THREADS / width),
    place: `thread % ${inLine}${inFours ? ' * 4' : ''}`,
    line: (i: number) => `thread / ${inLine} + ${(i * THREADS) / inLine}`,
  } as const;
}

/** Loads one element, or four, if all tests hold; else it is zero. */
function guarded(
  value: string,
  names: readonly string[],
  tests: readonly (string | undefined)[],
  matrix: string,
  { index, value: made = (t) => t }: Factor,
  inFours: boolean,
): string {
  const known = tests.filter((test) => test !== undefined);
  const load = `${value} = ${made(inFours ? `${matrix}[(${index}) >> 2u]` : `${matrix}[${index}]`)};`;
  const zero = `${value} = ${typeOf(inFours)}();`;
  const body = known.length === 0 ? [load] : [zero, `if (${known.join(' && ')}) { ${load} }`];
  return ['{', ...names, ...body, '}'].join('\n');
}

/** The loop over all terms: each step's are loaded while those of the step before are multiplied. */
export function overTerms(
  { turns, terms }: Tiling,
  depth: number,
  { load, multiply, store }: Readonly<Record<'load' | 'multiply' | 'store', readonly string[]>>,
): string {
  const tiles = Math.ceil(terms / depth);
  const inTurn = turns === 1 ? 'step' : `(step % ${tiles})`;
  return `
  for (var step = 0; step <= ${turns * tiles}; step++) {
    if (step < ${turns * tiles}) {
      let u = ${turns === 1 ? '0' : `step / ${tiles}`};
      let first = ${tiles === 1 ? '0' : `${inTurn} * ${depth}`};
${load.join('\n')}
    }
    if (step > 0) {
${multiply.join('\n')}
    }
${store.join('\n')}
  }`;
}
