import { type Choice, openChosen } from '@nlrn/cli';

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
  const { choice, backend: opened } = await openChosen({ backend, threads }, say);
  await opened.dispose();
  return { choice, description: opened.description };
}
