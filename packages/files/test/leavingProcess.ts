import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import { temporaryChildren, temporaryFolder } from './temporaryFolder.ts';

const temporary = temporaryChildren(test);

/** A process whose test fails: it has a folder with a file, which it prints, and a child that would print, too, but later. */
test('fails', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  console.log(`folder: ${folder}`);
  const program = "setTimeout(() => console.log('the child lives on'), 10_000)";
  temporary(spawn(process.execPath, ['--eval', program], { stdio: 'inherit' }));
  throw new Error('as it must');
});
test.run();
