import { type Choice, chooseBackend, describeChoice, openBackend } from '@nlrn/cli';

interface Wanted {
  readonly backend: string;
  readonly threads?: number | undefined;
  readonly say: (line: string) => void;
}

/** Chooses a backend, opens and closes it, so that a fault comes before any run, and says why it was chosen. */
export async function tryBackend({ backend, threads, say }: Wanted): Promise<{
  choice: Choice;
  description: string;
}> {
  const choice = await chooseBackend(backend, { threads });
  const opened = await openBackend(choice);
  await opened.dispose();
  for (const line of describeChoice(choice, opened)) say(line);
  return { choice, description: opened.description };
}
