/** A fenced block of a Markdown file. */
export interface Block {
  /** The lines of its fences, counted from 1 */
  readonly start: number;
  readonly end: number;
  /** What stands behind the opening fence: a language, and a word for us, as in `ts exercise` */
  readonly language: string;
  readonly role: string;
  readonly lines: readonly string[];
}

/** The fenced blocks of a Markdown text, in their order. Throws Error, naming the line, for one without an end. */
export function blocksOf(text: string): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, language, role] = /^```(\S*) ?(.*)$/.exec(lines[at]!) ?? [];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: this block has no end`);
    blocks.push({ start: at + 1, end: end + 1, language, role: role!, lines: lines.slice(at + 1, end) });
    at = end;
  }
  return blocks;
}

/** Whether a block is code that runs when its chapter does. */
export function isRun({ language, role }: Block): boolean {
  return language === 'ts' && role === '';
}
