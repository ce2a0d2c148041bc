/** `pnpm example`: runs a TypeScript file that uses the packages. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const EXAMPLES = join(import.meta.dirname, '..');
const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.ts'));

const USAGE = `pnpm example FILE

Runs a TypeScript file that uses the packages, such as:

${names.map((name) => `  pnpm example examples/${name}`).join('\n')}`;

const [file = '', ...others] = process.argv.slice(2);
if (file === '--help') console.log(USAGE);
else if (file === '') fail('no file is given');
else if (others.length > 0) fail(`${others[0]}: is one argument too many`);
else await runFile(file);

/** Runs a file whose path is relative to the user's folder or to the repository. */
async function runFile(given: string): Promise<void> {
  const folders = [process.env.INIT_CWD ?? process.cwd(), join(EXAMPLES, '..')];
  const path = folders.map((folder) => resolve(folder, given)).find((path) => existsSync(path));
  if (path === undefined) fail(`${given}: no such file`);
  else await import(pathToFileURL(path).href);
}

function fail(fault: string): void {
  console.error(`${fault}\n\n${USAGE}`);
  process.exitCode = 1;
}
