import type { BackendError } from '../backendError.ts';
import { CONTROL_WORDS, WORD } from './control.ts';
import { type Crew, failureOf } from './crew.ts';
import { type KernelExports, kernelsIn } from './instance.ts';
import { SPARE_BYTES } from './kernels/constants.ts';
import type { KernelMemory } from './memory.ts';

/** A crew of one, the thread that calls it. */
export class OneThread implements Crew {
  private readonly kernels: KernelExports;
  private readonly control: number;
  private readonly spare: number;
  private fault: string | undefined;

  constructor(memory: KernelMemory, module: WebAssembly.Module) {
    this.control = memory.reserve(WORD * CONTROL_WORDS);
    this.spare = memory.reserve(SPARE_BYTES);
    this.kernels = kernelsIn(module, memory.memory);
  }

  run(program: number): boolean {
    if (this.fault !== undefined) return false;
    try {
      this.kernels.execute(program, this.control, this.spare, 0, 1);
      return true;
    } catch (error) {
      this.fault = (error as Error).message;
      return false;
    }
  }

  async failure(): Promise<BackendError> {
    return failureOf(this.fault!);
  }

  async stop(): Promise<void> {}
}
