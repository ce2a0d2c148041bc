import { COLOURS, TEXT_COLOUR } from './colours.ts';
import { type Frame, framesOf } from './groups.ts';
import { arrowsOf, type Drawable, type PictureOptions, type PlacedNode, pictureOf } from './picture.ts';

/**
 * A picture of formulas or of a program in the language of Mermaid, which Markdown viewers draw in a block ```` ```mermaid ````.
 *
 * A box is an operation, a rounded one an input or variable; an arrow leads from a value to the operation that reads it, a
 * dashed one out of what is computed first. Boxes of one state, as names such as `s^2` tell, stand together. Readable up to a hundred nodes.
 * Throws Error if `forward` is not in the picture.
 */
export function toMermaid(what: Drawable, options: PictureOptions = {}): string {
  const nodes = pictureOf(what, options);
  return [
    'flowchart TB',
    ...nodes.filter(({ group }) => group === undefined).map(box),
    ...framesOf(nodes).flatMap(({ id, title, nodes }) => [
      `  subgraph ${id}["${title}"]`,
      ...nodes.map((node) => `  ${box(node)}`),
      '  end',
    ]),
    ...arrowsOf(nodes).map(({ from, to, isKept }) => `  ${from} ${isKept ? '-.->' : '-->'} ${to}`),
    ...(['forward', 'backward'] as const).flatMap((part) => coloured(part, nodes)),
    ...clear(framesOf(nodes)),
  ].join('\n');
}

function box({ id, lines, isGiven }: PlacedNode): string {
  const label = `"${lines.map(escaped).join('<br>')}"`;
  return `  ${id}${isGiven ? `(${label})` : `[${label}]`}`;
}

function coloured(part: keyof typeof COLOURS, nodes: readonly PlacedNode[]): string[] {
  const members = nodes.filter(({ isForward }) => isForward === (part === 'forward'));
  if (members.length === 0) return [];
  const { fill, border } = COLOURS[part];
  return [
    `  classDef ${part} fill:${fill},stroke:${border},color:${TEXT_COLOUR}`,
    `  class ${members.map(({ id }) => id).join(',')} ${part}`,
  ];
}

/** Frames have no colour, which would compete with that of the boxes. */
function clear(frames: readonly Frame[]): string[] {
  if (frames.length === 0) return [];
  return [
    '  classDef frame fill:none,stroke:#888888',
    `  class ${frames.map(({ id }) => id).join(',')} frame`,
  ];
}

/** Mermaid's own signs for what would end a label, or begin a sign or a tag. */
function escaped(text: string): string {
  return text.replace(/[#"<>&]/g, (sign) => `#${sign.charCodeAt(0)};`);
}
