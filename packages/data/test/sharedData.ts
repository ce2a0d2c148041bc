import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Research images and published weights, kept beside the repository because its licence does not cover them. */
const SHARED = join(import.meta.dirname, '../../../../shared/data');

/** The path of a shared file or folder; where it is absent, says so and gives undefined: the test is skipped. */
export function sharedPath(name: string): string | undefined {
  const path = join(SHARED, name);
  if (existsSync(path)) return path;
  console.log(`SKIP a test on published data: ../shared/data/${name} is not beside the repository`);
  return undefined;
}
