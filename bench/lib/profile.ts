import { formatInstruction, type InstructionTime, wasmBackend } from '@nlrn/tensor';
import { graphOf } from '../peers/graphs.ts';
import type { Workload } from '../workloads.ts';
import { median } from './row.ts';

/** What the instructions of one primitive take in a run, all together. */
export interface ProfileLine {
  readonly primitive: string;
  readonly instructions: number;
  readonly milliseconds: number;
}

/** What a workload's program takes, altogether and in parts. */
export interface Profile {
  /** By primitive, slowest first */
  readonly lines: readonly ProfileLine[];
  /** The slowest instructions */
  readonly slowest: readonly InstructionTime[];
  /** Of the program in one piece */
  readonly wholeMs: number;
}

/** Instructions that are printed one by one. */
const SLOWEST = 5;

/** Runs before the first that is timed, and timed ones. */
const WARM_UP = 2;
const ROUNDS = 3;

/**
 * Times each instruction of a workload's program by itself, and adds up by primitive; slowest first.
 *
 * An instruction alone costs one hand-over to the threads more, some microseconds, so that the sum is a little above
 * `wholeMs`, which is what the program takes in one piece.
 */
export async function profile(workload: Workload, threads: number): Promise<Profile> {
  const backend = await wasmBackend({ threads });
  try {
    const { graph, feeds } = graphOf(workload.spec);
    const executable = backend.compile(graph);
    for (let i = 0; i < WARM_UP; i++) await executable.run(feeds);
    const [whole, rounds]: [number[], InstructionTime[][]] = [[], []];
    for (let i = 0; i < ROUNDS; i++) {
      const start = performance.now();
      await executable.run(feeds);
      whole.push(performance.now() - start);
      rounds.push(await executable.profile!(feeds));
    }
    const times = mediansOf(rounds);
    const slowest = times.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, SLOWEST);
    return { lines: byPrimitive(times), slowest, wholeMs: median(whole) };
  } finally {
    await backend.dispose();
  }
}

/** Each instruction's median. */
function mediansOf(rounds: readonly InstructionTime[][]): InstructionTime[] {
  return rounds[0]!.map(({ instruction }, i) => {
    return { instruction, milliseconds: median(rounds.map((round) => round[i]!.milliseconds)) };
  });
}

/** Instructions are told apart by their primitive, convolutions also by the size of their filters. */
function byPrimitive(times: readonly InstructionTime[]): ProfileLine[] {
  const lines = new Map<string, ProfileLine>();
  for (const { instruction, milliseconds: time } of times) {
    const primitive = labelOf(instruction);
    const { instructions, milliseconds } = lines.get(primitive) ?? { instructions: 0, milliseconds: 0 };
    lines.set(primitive, {
      primitive,
      instructions: instructions + 1,
      milliseconds: milliseconds + time,
    });
  }
  return [...lines.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}

function labelOf({ name, inputs, outputs }: InstructionTime['instruction']): string {
  if (name !== 'conv2d' && name !== 'conv2dFilterGrad') return name;
  const filters = name === 'conv2d' ? inputs[1]! : outputs[0]!;
  const [height, width, C, K] = filters.shape;
  return `${name} ${height} x ${width}, ${C} to ${K}`;
}

export function formatProfile({ lines, slowest, wholeMs }: Profile): string {
  const total = lines.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const width = Math.max(...lines.map(({ primitive }) => primitive.length), 'primitive'.length);
  const row = (name: string, count: string, ms: string, share: string) =>
    `${name.padEnd(width)} ${count.padStart(12)} ${ms.padStart(10)} ${share.padStart(6)}`;
  return [
    row('primitive', 'instructions', 'ms', 'share'),
    ...lines.map(({ primitive, instructions, milliseconds }) =>
      row(
        primitive,
        `${instructions}`,
        milliseconds.toFixed(2),
        `${((100 * milliseconds) / total).toFixed(1)}%`,
      ),
    ),
    row('one by one', '', total.toFixed(2), '100%'),
    row('in one piece', '', wholeMs.toFixed(2), ''),
    '',
    'slowest instructions, ms',
    ...slowest.map(
      ({ instruction, milliseconds }) =>
        `${milliseconds.toFixed(2).padStart(10)}  ${formatInstruction(instruction)}`,
    ),
  ].join('\n');
}
