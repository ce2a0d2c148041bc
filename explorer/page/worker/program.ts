import { bytesOf, formatInstruction, formatShape, type Program } from '@nlrn/tensor';

/** In which part of a training step an instruction is. */
export type Part = 'forward' | 'backward' | 'update';

export interface ShownInstruction {
  readonly text: string;
  readonly part: Part;
  /** What it takes, run by itself, where that is known */
  readonly milliseconds: number | undefined;
}

/** A piece of memory and the instructions, both included, between which it is used. */
export interface ShownBlock {
  readonly label: string;
  /** The part of the instruction that fills it; scratch memory is that of one alone */
  readonly kind: Part | 'scratch';
  readonly from: number;
  readonly to: number;
  /** Bytes */
  readonly offset: number;
  readonly size: number;
}

/** The program of a training step as a page shows it. */
export interface ShownProgram {
  readonly instructions: readonly ShownInstruction[];
  readonly blocks: readonly ShownBlock[];
  /** Bytes of all memory for values */
  readonly peak: number;
}

/** Describes a training step, whose output `loss` ends its forward part. */
export function showProgram(program: Program, times: readonly number[] | undefined): ShownProgram {
  const parts = partsOf(program);
  return {
    instructions: program.instructions.map((instruction, i) => ({
      text: formatInstruction(instruction),
      part: parts[i]!,
      milliseconds: times?.[i],
    })),
    blocks: [...valuesOf(program, parts), ...scratchOf(program)],
    peak: program.peak,
  };
}

/** Forward is what the loss is made of; updates write variables. */
function partsOf({ instructions, outputs }: Program): Part[] {
  const wanted = new Set([outputs.loss!.name]);
  const parts = instructions.toReversed().map(({ inputs, outputs }): Part => {
    if (outputs.some(({ storage }) => storage.kind === 'variable')) return 'update';
    if (!outputs.some(({ name }) => wanted.has(name))) return 'backward';
    for (const { name } of inputs) wanted.add(name);
    return 'forward';
  });
  return parts.reverse();
}

/** The values in the arena, from where they are made, or given, to where they are last read. */
function valuesOf(program: Program, parts: readonly Part[]): ShownBlock[] {
  const { instructions, inputs, outputs } = program;
  const last = new Map<string, number>();
  for (const [i, { inputs }] of instructions.entries()) for (const { name } of inputs) last.set(name, i);
  for (const { name } of Object.values(outputs)) last.set(name, instructions.length - 1);
  const made = [
    ...inputs.map((value) => ({ value, from: 0, kind: 'forward' as const })),
    ...instructions.flatMap(({ outputs }, from) =>
      outputs.map((value) => ({ value, from, kind: parts[from]! })),
    ),
  ];
  return made.flatMap(({ value, from, kind }) => {
    const { name, shape, storage } = value;
    if (storage.kind !== 'arena') return [];
    const place = { offset: storage.offset, size: bytesOf(value) };
    return [{ label: `${name} ${formatShape(shape)}`, kind, from, to: last.get(name) ?? from, ...place }];
  });
}

function scratchOf({ instructions }: Program): ShownBlock[] {
  return instructions.flatMap(({ name, scratch }, i) =>
    scratch.map(({ offset, bytes }) => {
      return { label: `scratch of ${name}`, kind: 'scratch' as const, from: i, to: i, offset, size: bytes };
    }),
  );
}
