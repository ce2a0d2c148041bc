import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isFolder } from '../src/isFolder.ts';
import { temporaryFolder } from './temporaryFolder.ts';

test('a folder is one, also through a link; nothing, a file and links to neither or to themselves are none', () => {
  const folder = temporaryFolder();
  const place = (name: string) => join(folder, name);
  writeFileSync(place('file'), '');
  symlinkSync(folder, place('link'));
  symlinkSync('nowhere', place('astray'));
  symlinkSync('round', place('round'));
  assert.equal([folder, place('link')].map(isFolder), [true, true]);
  const others = ['none', 'file', 'file/below', 'astray', 'round'].map(place);
  assert.equal(others.filter(isFolder), []);
});

test.run();
