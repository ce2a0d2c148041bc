/** A test that tells when it fails: uvu does when its suite has ended, and one that is cut off has no end. */
export function tellAtOnce(name: string, test: () => Promise<void>): () => Promise<void> {
  return async () => {
    try {
      await test();
    } catch (error) {
      // uvu's dots stand in the line before.
      console.error(`\nfails: ${name}: ${(error as Error).message}`);
      throw error;
    }
  };
}
