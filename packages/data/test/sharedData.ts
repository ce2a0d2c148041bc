import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Research images, kept beside the repository because its licence does not cover them. */
const SHARED = join(import.meta.dirname, '../../../../shared/data');

/** The folder of shared images of that name; where it is absent, says so and gives undefined: the test is skipped. */
export function sharedFolder(name: string): string | undefined {
  const folder = join(SHARED, name);
  if (existsSync(folder)) return folder;
  console.log(`SKIP a test on real images: ../shared/data/${name} is not beside the repository`);
  return undefined;
}
