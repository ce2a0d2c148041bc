import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { UserError } from '@nlrn/cli';
import { type Block, blocksOf, isRun } from './blocks.ts';
import { type Chapter, GUIDE } from './chapters.ts';

/** Where the code of chapters and exercises is put to be run; not committed. */
export const BUILD = join(GUIDE, 'build');

/** What stands in the output before that of a block, with the line of the block. */
const MARK = /\0(\d+)\n/;

/**
 * Runs the code of a chapter, all blocks as one module, in a process of its own; returns what each block printed, by the
 * line at which it starts. Places in the code are told as those of the chapter. Throws UserError with such a place if
 * the code fails.
 */
export async function runChapter({ path, name }: Chapter): Promise<Map<number, string>> {
  const file = join(BUILD, `${name}.ts`);
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(file, moduleOf(readFileSync(path, 'utf8'), path));
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new UserError(faultOf(err, path, name));
  const [, ...parts] = out.replaceAll(`${name}.ts:`, `${name}.md:`).split(MARK);
  return new Map(pairs(parts).map(([line, printed]) => [Number(line), printed.trimEnd()]));
}

/** The code as a module whose lines have the numbers that they have in the chapter. */
export function moduleOf(markdown: string, path: string): string {
  const lines = markdown.split('\n').map(() => '');
  for (const { start, lines: code } of blocksWithin(markdown, path).filter(isRun)) {
    lines[start - 1] = `process.stdout.write('\\x00${start}\\n');`;
    lines.splice(start, code.length, ...code);
  }
  return `${lines.join('\n')}\nexport {};\n`;
}

/** The blocks of a chapter; what is wrong with them is told with its path. */
export function blocksWithin(markdown: string, path: string): Block[] {
  try {
    return blocksOf(markdown);
  } catch (error) {
    throw new UserError(`${basename(path)}: ${(error as Error).message}`);
  }
}

/** `03-grad.md:57: ShapeError: …`, from what Node prints of an error. */
function faultOf(printed: string, path: string, name: string): string {
  const line = new RegExp(`${name}\\.ts:(\\d+)`).exec(printed)?.[1];
  const message = /^(?:\w*Error\b.*|.*ERROR: .*)$/m.exec(printed)?.[0] ?? printed.trim();
  return `${basename(path)}${line ? `:${line}` : ''}: ${message.replaceAll(`${name}.ts:`, `${name}.md:`)}`;
}

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((item, i) => (i % 2 === 0 ? [[item, items[i + 1]!] as [T, T]] : []));
}
