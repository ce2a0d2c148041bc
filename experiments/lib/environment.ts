import { describeMachine } from '@nlrn/cli';

/** Where results come from: program, machine and versions. */
export function describeEnvironment(backend: string, command: string) {
  return { command, ...describeMachine(), backend };
}
