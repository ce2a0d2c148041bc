import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a process prints that stands for a page. */
export async function printed(file: string, ...args: string[]): Promise<string> {
  const path = join(import.meta.dirname, file);
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=browser', path, ...args]);
  return stdout.trim();
}
