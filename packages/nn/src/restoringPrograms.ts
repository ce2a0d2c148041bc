import { type Backend, type Executable, input, type Tensor } from '@nlrn/tensor';
import type { Network } from './network.ts';

export type RestoringProgram = Executable<{ readonly output: Tensor }>;

/** Width and height of an image. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** How many programs are kept: test sets have two or three sizes. */
const KEPT_PROGRAMS = 4;

/** Side of the image on which the memory for a pixel is measured. */
const PROBE = 64;

/** The programs' input that is an image; one that is told the level has that input, too. */
const NOISY = 'noisy';

/** The programs that restore images of one size each. */
export class RestoringPrograms {
  readonly #network: Network;
  readonly #backend: Backend;
  /** A Map keeps its order, so that the first is the one not used longest. */
  readonly #programs = new Map<string, RestoringProgram>();

  constructor(network: Network, backend: Backend) {
    this.#network = network;
    this.#backend = backend;
  }

  /** The program for a size; of those before it, as many are kept as all together take no more than `memory` bytes. */
  for(size: Size, memory: number): RestoringProgram {
    const key = `${size.width} x ${size.height}`;
    const kept = this.#programs.get(key);
    if (!kept) this.#makeRoom(size, memory);
    const program = kept ?? this.#compile(size);
    this.#programs.delete(key);
    this.#programs.set(key, program);
    return program;
  }

  /** A program's arena grows with the number of pixels, so that a small one tells of all. */
  bytesPerPixel(): number {
    const program = this.#compile({ width: PROBE, height: PROBE });
    program.dispose();
    return bytesPerPixelOf(program);
  }

  dispose(): void {
    for (const program of this.#programs.values()) program.dispose();
    this.#programs.clear();
  }

  /** Gives programs back, those not used longest first, so that one for this size fits in. */
  #makeRoom({ width, height }: Size, memory: number): void {
    for (const [key, program] of this.#programs) {
      const taken = [...this.#programs.values()].reduce((sum, kept) => sum + kept.program.peak, 0);
      const needed = bytesPerPixelOf(program) * width * height;
      if (this.#programs.size < KEPT_PROGRAMS && taken + needed <= memory) return;
      this.#programs.delete(key);
      program.dispose();
    }
  }

  #compile({ width, height }: Size): RestoringProgram {
    const level = this.#network.takesLevel ? input('level', [1, 1, 1, 1]) : undefined;
    const { output } = this.#network.forward(input(NOISY, [1, height, width, 1]), 'infer', level);
    return this.#backend.compile({ outputs: { output } });
  }
}

function bytesPerPixelOf({ program }: RestoringProgram): number {
  const [, height, width] = program.inputs.find(({ name }) => name === NOISY)!.shape;
  return program.peak / (height! * width!);
}
