import type { Executable } from '../backends/backend.ts';
import { Tensor } from '../tensor.ts';
import { formatProgram } from './formatProgram.ts';
import { formatTensor } from './formatTensor.ts';
import type { Program } from './program.ts';

/** Prints a tensor's formula, or a program's instructions, to the console. */
export function print(what: Tensor | Program | Executable): void {
  if (what instanceof Tensor) console.log(formatTensor(what));
  else console.log(formatProgram('program' in what ? what.program : what));
}
