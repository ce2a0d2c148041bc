import { type Block, isRun } from './blocks.ts';

/** What stands behind the fence of results whose numbers are another machine's elsewhere, such as times. */
export const MEASURED = 'measured';

/** The languages of blocks that show what the code above them printed. */
const RESULTS = ['text', 'mermaid'];

/** A block of code, and the block below it with what it printed, if there is one. */
export interface Shown {
  readonly code: Block;
  readonly result: Block | undefined;
}

/** The blocks of code, each with its result: the next block, if only empty lines are between. */
export function shownIn(markdown: string, blocks: readonly Block[]): Shown[] {
  const lines = markdown.split('\n');
  return blocks.flatMap((code, i) => {
    if (!isRun(code)) return [];
    const next = blocks[i + 1];
    const isNext = next !== undefined && lines.slice(code.end, next.start - 1).every((line) => line === '');
    return [{ code, result: isNext && RESULTS.includes(next.language) ? next : undefined }];
  });
}

/** The lines of code blocks whose result is not what they printed; in measured ones only words are compared. */
export function stale(shown: readonly Shown[], printed: ReadonlyMap<number, string>): number[] {
  const differs = ({ code, result }: Shown) => {
    const form = result?.role === MEASURED ? withoutNumbers : (text: string) => text;
    return form(printed.get(code.start) ?? '') !== form(result?.lines.join('\n') ?? '');
  };
  return shown.filter(differs).map(({ code }) => code.start);
}

function withoutNumbers(text: string): string {
  return text.replace(/ *\d+(\.\d+)?/g, ' #');
}

/** The chapter with what its code printed in the place of its results; measured ones stay if only numbers differ. */
export function withResults(
  markdown: string,
  shown: readonly Shown[],
  printed: ReadonlyMap<number, string>,
): string {
  const lines = markdown.split('\n');
  const wrong = new Set(stale(shown, printed));
  // From the end, so that the places of the others stay what they are.
  for (const { code, result } of shown.toReversed()) {
    const text = printed.get(code.start) ?? '';
    if (!wrong.has(code.start)) continue;
    const fence = result
      ? lines[result.start - 1]!
      : `\`\`\`${/^flowchart /.test(text) ? 'mermaid' : 'text'}`;
    const block = text === '' ? [] : ['', fence, ...text.split('\n'), '```'];
    lines.splice(code.end, (result?.end ?? code.end) - code.end, ...block);
  }
  return lines.join('\n');
}
