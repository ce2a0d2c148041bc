import type { Backend } from '@nlrn/tensor';
import type { Options } from 'yargs';
import {
  BACKEND_NAMES,
  type Choice,
  chooseBackend,
  describeChoice,
  openBackend,
  type PRECISIONS,
} from './backends.ts';
import { number, text } from './options.ts';

/** Options of every command that computes. */
export const backendOptions = {
  backend: {
    ...text(
      'What computes: auto (a GPU, else wasm), gpu, wasm, reference, or a mode of gpu.js; see `devices`',
    ),
    default: BACKEND_NAMES[0]!,
  },
  threads: number('Threads of the wasm backend; all cores by default'),
} as const satisfies Record<string, Options>;

/** Chooses the backend of the options and opens it, saying what was chosen: on standard error, or as `say` does. */
export async function openChosen(
  { backend: name, ...options }: BackendArguments,
  say: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<{ choice: Choice; backend: Backend }> {
  const choice = await chooseBackend(name, options);
  const backend = await openBackend(choice);
  for (const line of describeChoice(choice, backend)) say(line);
  return { choice, backend };
}

/** What is given as `backendOptions`, and how exact a GPU is to be. */
export interface BackendArguments {
  readonly backend: string;
  readonly threads?: number | undefined;
  readonly precision?: (typeof PRECISIONS)[number] | undefined;
}

/** Opens the backend of the options for the length of a task; closes it whatever happens. */
export async function withBackend<T>(
  options: BackendArguments,
  task: (backend: Backend) => Promise<T>,
): Promise<T> {
  const { backend } = await openChosen(options);
  try {
    return await task(backend);
  } finally {
    await backend.dispose();
  }
}
