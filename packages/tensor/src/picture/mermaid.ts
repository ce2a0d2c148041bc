import { COLOURS, TEXT_COLOUR } from './colours.ts';
import { type Drawable, type PictureOptions, type PlacedNode, pictureOf } from './picture.ts';

/**
 * A picture of formulas or of a program in the language of Mermaid, which Markdown viewers draw in a block ```` ```mermaid ````.
 *
 * A box is an operation, a rounded one an input or variable; an arrow leads from a value to the operation that reads it.
 * Boxes of one state, as names such as `s^2` tell, stand together. Readable up to a hundred nodes. Throws Error if
 * `forward` is not in the picture.
 */
export function toMermaid(what: Drawable, options: PictureOptions = {}): string {
  const nodes = pictureOf(what, options);
  const inState = Map.groupBy(nodes, ({ group }) => group);
  const states = [...inState].filter(([state]) => state !== undefined).sort(([a], [b]) => a! - b!);
  return [
    'flowchart TB',
    ...(inState.get(undefined) ?? []).map(box),
    ...states.flatMap(([state, members]) => [
      `  subgraph state${state}["state ${state}"]`,
      ...members.map((node) => `  ${box(node)}`),
      '  end',
    ]),
    ...nodes.flatMap(({ id, inputs }) => inputs.map((input) => `  ${input.id} --> ${id}`)),
    ...(['forward', 'backward'] as const).flatMap((part) => coloured(part, nodes)),
  ].join('\n');
}

function box({ id, lines, isGiven }: PlacedNode): string {
  const label = `"${lines.map(escaped).join('<br>')}"`;
  return `  ${id}${isGiven ? `([${label}])` : `[${label}]`}`;
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

/** Mermaid's own signs for what would end a label, or begin a sign or a tag. */
function escaped(text: string): string {
  return text.replace(/[#"<>&]/g, (sign) => `#${sign.charCodeAt(0)};`);
}
