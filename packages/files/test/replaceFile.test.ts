import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import fs, {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FileError } from '../src/fileError.ts';
import { processId } from '../src/liveness.ts';
import { checkWritable, Replacement, replaceFile } from '../src/replaceFile.ts';
import { temporaryChildren, temporaryFolder } from './temporaryFolder.ts';

const temporary = temporaryChildren(test);
const folder = temporaryFolder();

test('parts are joined, and what was there is replaced', () => {
  const path = join(folder, 'a');
  replaceFile(path, [Buffer.from('old')]);
  replaceFile(path, [Buffer.from('ne'), Buffer.from('w')]);
  assert.is(readFileSync(path, 'utf8'), 'new');
  assert.equal(readdirSync(folder), ['a']);
});

test('the longest names that there are can be written', () => {
  const own = temporaryFolder();
  // 255 bytes, in characters of one and of four.
  for (const name of [`${'a'.repeat(251)}.png`, `${'\u{1f600}'.repeat(62)}abc.png`]) {
    checkWritable(join(own, name));
    replaceFile(join(own, name), [Buffer.from('x')]);
    assert.ok(readdirSync(own).includes(name));
  }
  assert.is(readdirSync(own).length, 2);
});

if (process.platform !== 'win32') {
  test('what takes the place of a file has its permissions', () => {
    const own = temporaryFolder();
    const path = join(own, 'private');
    const mode = () => (statSync(path).mode & 0o777).toString(8);
    writeFileSync(path, '');
    for (const permissions of ['640', '600', '666', '755']) {
      chmodSync(path, permissions);
      let written = '';
      replaceFile(path, [Buffer.from('new')], (temporary) => {
        written = (statSync(temporary).mode & 0o777).toString(8);
      });
      assert.equal([written, mode()], [permissions, permissions]);
    }
  });

  test('what is no file is left as it is, whatever leads to it', () => {
    const own = temporaryFolder();
    execFileSync('mkfifo', [join(own, 'pipe')]);
    symlinkSync('/dev/null', join(own, 'null'));
    symlinkSync('pipe', join(own, 'link'));
    const before = readdirSync(own);
    for (const name of ['pipe', 'link', 'null']) {
      const path = join(own, name);
      for (const write of [() => checkWritable(path), () => replaceFile(path, [Buffer.from('new')])])
        assert.throws(
          write,
          (error: Error) =>
            error instanceof FileError &&
            error.message === `${path}: cannot be written; a device or pipe of that name is in the way`,
        );
    }
    assert.ok(lstatSync(join(own, 'pipe')).isFIFO());
    assert.equal(readdirSync(own), before);
  });

  test('who may not give a file away keeps it', () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, 'old');
    const { fchownSync } = fs;
    fs.fchownSync = () => {
      throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
    };
    syncBuiltinESMExports();
    try {
      replaceFile(path, [Buffer.from('new')]);
    } finally {
      fs.fchownSync = fchownSync;
      syncBuiltinESMExports();
    }
    assert.is(readFileSync(path, 'utf8'), 'new');
  });
}

const testAsRoot = process.getuid?.() === 0 ? test : test.skip;

testAsRoot('what takes the place of a file has its owner and its group', () => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, '');
  chmodSync(path, '640');
  chownSync(path, 1234, 4321);
  replaceFile(path, [Buffer.from('new')]);
  const { uid, gid, mode } = statSync(path);
  assert.equal([uid, gid, (mode & 0o777).toString(8)], [1234, 4321, '640']);
});

test('a link stays, and the file that it leads to is replaced; one that leads nowhere becomes a file', () => {
  const own = temporaryFolder();
  mkdirSync(join(own, 'far'));
  writeFileSync(join(own, 'far/file'), 'old');
  symlinkSync('far/file', join(own, 'link'));
  symlinkSync('nowhere', join(own, 'loose'));
  for (const name of ['link', 'loose']) {
    checkWritable(join(own, name));
    replaceFile(join(own, name), [Buffer.from('new')]);
  }
  assert.ok(lstatSync(join(own, 'link')).isSymbolicLink());
  assert.is(readFileSync(join(own, 'far/file'), 'utf8'), 'new');
  assert.is(readFileSync(join(own, 'loose'), 'utf8'), 'new');
  assert.equal(readdirSync(own), ['far', 'link', 'loose']);
});

test('what is not what it should be does not take the place of what was there', () => {
  const path = join(folder, 'kept');
  const readBack = (written: string) => {
    if (readFileSync(written, 'utf8') !== 'good') throw new FileError('of no use');
  };
  replaceFile(path, [Buffer.from('good')], readBack);
  assert.throws(() => replaceFile(path, [Buffer.from('bad')], readBack), /^of no use$/);
  assert.is(readFileSync(path, 'utf8'), 'good');
  assert.equal(readdirSync(folder), ['a', 'kept']);
});

test('what cannot be written leaves nothing behind, and the message has the path and the remedy', () => {
  mkdirSync(join(folder, 'taken', 'inner'), { recursive: true });
  writeFileSync(join(folder, 'file'), '');
  const before = readdirSync(folder);
  const cases = [
    [join(folder, 'none', 'a'), 'none does not exist, create it first'],
    [join(folder, 'file', 'a'), 'file is not a folder'],
    [join(folder, 'taken'), 'a folder of that name is in the way'],
  ] as const;
  for (const [path, remedy] of cases) {
    assert.throws(
      () => replaceFile(path, []),
      (error: Error) =>
        error instanceof FileError && error.message.startsWith(`${path}: `) && error.message.endsWith(remedy),
    );
  }
  assert.equal(readdirSync(folder), before);
});

test('a file that is written bit by bit appears when it is finished; what goes wrong before is told then', () => {
  const own = temporaryFolder();
  const path = join(own, 'x');
  writeFileSync(path, 'old');
  const given = new Replacement(path);
  given.write(Buffer.from('given up'));
  given.discard();
  const file = new Replacement(path);
  file.write(Buffer.from('ne'));
  file.write(Buffer.from('w'));
  assert.is(readFileSync(path, 'utf8'), 'old');
  file.finish();
  assert.is(readFileSync(path, 'utf8'), 'new');
  assert.equal(readdirSync(own), ['x']);
  const nowhere = new Replacement(join(own, 'none', 'x'));
  nowhere.write(Buffer.from('x'));
  assert.throws(() => nowhere.finish(), /none does not exist, create it first$/);
});

test('asking whether a file can be written leaves nothing behind', () => {
  const before = readdirSync(folder);
  checkWritable(join(folder, 'new'));
  checkWritable(join(folder, 'kept'));
  assert.throws(() => checkWritable(join(folder, 'taken')), /a folder of that name is in the way$/);
  assert.throws(() => checkWritable(join(folder, 'none', 'a')), /none does not exist/);
  assert.equal(readdirSync(folder), before);
});

test('what a process has left behind that was killed while writing is deleted by the next that writes there', () => {
  const own = temporaryFolder();
  const [here, , start] = processId().split('-');
  const writers = {
    dead: `${here}-${2 ** 22 + 1}-${start}`,
    alive: processId(),
    elsewhere: `00000000-1-${start}`,
    old: `00000000-2-${start}`,
  };
  const names = Object.values(writers).map((writer) => `.a.b.${writer}.tmp`);
  const users = ['.a.tmp', 'a.4711.tmp', '.a.4711.tmp', '.my.notes.tmp', '.report.docx.tmp', '.a.1-2-3.tmp'];
  for (const name of [...names, ...users]) writeFileSync(join(own, name), '');
  for (const name of [`.a.b.${writers.old}.tmp`, ...users]) utimesSync(join(own, name), 0, 0);
  replaceFile(join(own, 'c'), []);
  const kept = [`.a.b.${writers.alive}.tmp`, `.a.b.${writers.elsewhere}.tmp`, ...users, 'c'];
  assert.equal(readdirSync(own).sort(), kept.sort());
});

test('kill -9 while writing: the file stays whole, and the next process that writes there tidies up', async () => {
  const own = temporaryFolder();
  const path = join(own, 'x');
  const child = temporary(fork(join(import.meta.dirname, 'replaceProcess.ts'), [path]));
  const half = () => readdirSync(own).filter((name) => name.endsWith('.tmp'));
  while (!existsSync(path) || half().length === 0) {
    assert.is(child.exitCode, null, 'it has ended by itself');
    await setTimeout(1);
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(readFileSync(path), Buffer.alloc(2e7, 'x'));
  writeFileSync(join(own, `.x.${processId().replace(/-\d+-/, `-${child.pid}-`)}.tmp`), 'half');
  replaceFile(path, [Buffer.from('new')]);
  assert.equal(readdirSync(own), ['x']);
  assert.is(readFileSync(path, 'utf8'), 'new');
});

test.run();
