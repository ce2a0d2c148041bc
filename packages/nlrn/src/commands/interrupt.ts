/** Signals that ask a program to come to an end: Ctrl-C, and the default of `kill`. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Turns the first Ctrl-C into an abort signal and says `meanwhile`; the second one ends the process as usual.
 *
 * `release` restores the usual behaviour.
 */
export function onInterrupt(meanwhile: string): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const release = () => {
    for (const name of SIGNALS) process.off(name, abort);
  };
  const abort = () => {
    release();
    process.stderr.write(`\n${meanwhile}; Ctrl-C again stops at once\n`);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, abort);
  return { signal: controller.signal, release };
}

/** The command that started this process, as a shell takes it: `program` and the arguments but those in `leftOut`. */
export function repeatCommand(program: string, leftOut: readonly string[]): string {
  const given = process.argv.slice(2).filter((argument) => !leftOut.includes(argument));
  return [program, ...given.map(quoted)].join(' ');
}

function quoted(argument: string): string {
  return /^[\w./=:@%+,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
