import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GUIDE } from '../lib/chapters.ts';

const ROOT = join(GUIDE, '..');

/** The text of a Markdown file without its blocks of code. */
function proseOf(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/^```.*?^```$/gms, '');
}

/** What a viewer makes of a heading: `## What comes out` has the anchor `what-comes-out`. */
function anchorsOf(path: string): string[] {
  const headings = [...proseOf(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(file: string, link: string): boolean {
  const [path, anchor] = link.split('#') as [string, string?];
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

test('every link of the Markdown files to another file, or to a heading in it, leads somewhere', () => {
  const files = globSync(['*.md', '*/*.md', 'experiments/**/*.md', 'packages/*/*.md'], {
    cwd: ROOT,
    exclude: ['node_modules/**', '**/node_modules/**'],
  });
  assert.ok(files.includes('README.md') && files.length > 10, files.join());
  const links = files.flatMap((file) =>
    [...proseOf(join(ROOT, file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => ({ file, link: link! })),
  );
  const own = links.filter(({ link }) => !/^\w+:/.test(link));
  assert.ok(own.length > 10, String(own.length));
  assert.equal(
    own.filter(({ file, link }) => isBroken(join(ROOT, file), link)),
    [],
  );
});

test('a link that leads nowhere is found', () => {
  const chapter = join(GUIDE, '01-a-tensor-is-a-formula.md');
  assert.not(isBroken(chapter, '../README.md#what-comes-out'));
  assert.ok(isBroken(chapter, '../README.md#nowhere'));
  assert.ok(isBroken(chapter, 'nowhere.md'));
});

test.run();
