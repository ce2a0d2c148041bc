import { bytesOf, formatType, storedAs } from '../elementType.ts';
import { primitives } from '../primitives/index.ts';
import type { Shape } from '../shape.ts';
import type { Params } from '../tensor.ts';
import type { Instruction, Program, Storage, Value } from './program.ts';
import { type Applied, formatNumber, formatParams } from './step.ts';

/** The program as text: one instruction a line, with shapes, parameters and the place of each result. */
export function formatProgram(program: Program): string {
  const { inputs, outputs, variables, instructions, elementType } = program;
  const stored = variables.reduce(
    (bytes, { shape, dtype }) => bytes + bytesOf({ shape, dtype: storedAs(dtype, elementType) }),
    0,
  );
  return [
    `program: ${instructions.length} instructions, arena ${formatBytes(program.peak)}, ${variables.length} variables ${formatBytes(stored)}`,
    ...inputs.map((value) => `  input ${typed(value)}`),
    ...variables.map((v) => `  variable ${v.name} ${formatType(v)}`),
    ...instructions.map((instruction) => `  ${formatInstruction(instruction)}`),
    ...Object.entries(outputs).map(([name, value]) => `  output ${name} = ${value.name}`),
    '',
  ].join('\n');
}

/** `%7 [2, 5, 5, 8] @0 = conv2d(x, input.weight) padding=[1,1]`; what is done in one is written as one formula. */
export function formatInstruction(instruction: Instruction): string {
  const results = instruction.outputs.map((value) => `${typed(value)}${place(value.storage)}`).join(', ');
  return `${results} = ${formatCall(instruction)}`;
}

/** `conv2d(x, input.weight) padding=[1,1]` */
export function formatCall({ name, params, inputs, applied }: Instruction): string {
  const given = formatParams(params, usualOf(name)).map((text) => ` ${text}`);
  return `${name}(${(applied?.inputs ?? inputs).map(formatArgument).join(', ')})${given.join('')}`;
}

function formatArgument(argument: Applied<Value> | Value): string {
  if ('storage' in argument) return argument.name;
  const { result, name, inputs, params } = argument;
  if (name === 'full' && (params.shape as Shape).length === 0) return formatNumber(params.value);
  const given = [...inputs.map(formatArgument), ...formatParams(params, usualOf(name))];
  return `${result ? `${result} = ` : ''}${name}(${given.join(', ')})`;
}

/** The parameters that go without saying for a primitive of this name. */
function usualOf(name: string): Params {
  return (primitives as Readonly<Record<string, { readonly usual?: Params }>>)[name]?.usual ?? {};
}

function typed(value: Value): string {
  return `${value.name} ${formatType(value)}`;
}

function place(storage: Storage): string {
  if (storage.kind === 'arena') return ` @${storage.offset}`;
  return storage.kind === 'variable' ? ` -> ${storage.variable.name}` : ' unused';
}

/** `12.3 MB`; 1 MB is 2^20 bytes. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
