import { number, UserError } from '@nlrn/cli';

/** The option `--rounds` of programs that measure. */
export const roundsOption = { ...number('Rounds of which the medians are taken'), default: 7 } as const;

/** Throws UserError unless it is a whole number of at least 1. */
export function checkRounds(rounds: number): void {
  if (Number.isInteger(rounds) && rounds >= 1) return;
  throw new UserError(`--rounds ${rounds}: needs a whole number of at least 1`);
}
