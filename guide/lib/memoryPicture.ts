import { bytesOf, type Program, type Value } from '@nlrn/tensor';

/** Columns of the picture, each a part of the memory. */
const COLUMNS = 60;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The memory of a program as a picture: a line for each instruction, in which each value that is alive has a letter where it
 * lies, and below it what the letters mean. Where nothing lies is a dot; memory is as wide as the arena.
 */
export function memoryPicture(program: Program): string {
  const values = [...spansOf(program)];
  const column = (bytes: number) => Math.round((bytes / program.peak) * COLUMNS);
  const lines = program.instructions.map((_, at) => {
    const line = new Array<string>(COLUMNS).fill('.');
    for (const [i, { offset, bytes, from, to }] of values.entries())
      if (from <= at && at <= to) line.fill(LETTERS[i]!, column(offset), column(offset + bytes));
    return line.join('');
  });
  const names = values.map(({ name }, i) => `${LETTERS[i]} ${name}`);
  return [...lines, names.join(', ')].join('\n');
}

interface Span {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
  readonly from: number;
  to: number;
}

/** The values in the arena, each from the instruction that makes it to the last that reads it. */
function spansOf({ inputs, outputs, instructions }: Program): Iterable<Span> {
  const spans = new Map<string, Span>();
  const make = (value: Value, from: number) => {
    const { name, storage } = value;
    if (storage.kind === 'arena')
      spans.set(name, { name, offset: storage.offset, bytes: bytesOf(value), from, to: from });
  };
  const read = ({ name }: Value, at: number) => {
    const span = spans.get(name);
    if (span) span.to = at;
  };
  for (const value of inputs) make(value, 0);
  for (const [at, instruction] of instructions.entries()) {
    for (const value of instruction.inputs) read(value, at);
    for (const value of instruction.outputs) make(value, at);
  }
  for (const value of Object.values(outputs)) read(value, instructions.length - 1);
  return spans.values();
}
