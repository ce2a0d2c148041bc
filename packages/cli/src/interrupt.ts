import { exitCodeOf, readerGone } from './output.ts';

/** Signals that ask a program to come to an end: Ctrl-C, the default of `kill`, and a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A request to come to an end. */
export interface Interrupt {
  /** Aborted by the first signal, and when whoever read the output has gone */
  readonly signal: AbortSignal;
  /** What a shell reports of a command that it has ended */
  exitCode(): number;
  /** Restores the usual behaviour. */
  release(): void;
}

/** Turns the first signal, such as that of Ctrl-C, into an abort and says `meanwhile`; the second one ends the process as usual. */
export function onInterrupt(meanwhile: string): Interrupt {
  const controller = new AbortController();
  let cause: NodeJS.Signals = 'SIGPIPE';
  const release = () => {
    for (const name of SIGNALS) process.off(name, abort);
    readerGone.removeEventListener('abort', sayWhy);
  };
  const sayWhy = () => void process.stderr.write(`\nnobody reads the output any more; ${meanwhile}\n`);
  const abort = (name: NodeJS.Signals) => {
    release();
    cause = name;
    process.stderr.write(`\n${meanwhile}; Ctrl-C again stops at once\n`);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, abort);
  readerGone.addEventListener('abort', sayWhy);
  return {
    signal: AbortSignal.any([controller.signal, readerGone]),
    exitCode: () => exitCodeOf(cause),
    release,
  };
}

/**
 * The command that started this process, as a shell takes it: `program` and the arguments but the flags in `leftOut`, with what
 * is said of them: `--fresh`, `--fresh=true`, `--fresh true`.
 */
export function repeatCommand(program: string, leftOut: readonly string[]): string {
  const given = process.argv.slice(2);
  const isValue = (i: number) => /^(true|false)$/.test(given[i]!) && leftOut.includes(given[i - 1] ?? '');
  const kept = given.filter((argument, i) => !leftOut.includes(argument.replace(/=.*$/s, '')) && !isValue(i));
  return [program, ...kept.map(quoted)].join(' ');
}

/** An argument as a shell takes it for one. */
export function quoted(argument: string): string {
  return /^[\w./=:@%+,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
