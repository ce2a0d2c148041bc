import { COLOURS, TEXT_COLOUR } from './colours.ts';
import { type Drawable, type PictureOptions, type PlacedNode, pictureOf } from './picture.ts';

/** As `toMermaid`, in the language of Graphviz: `dot -Tsvg`. */
export function toDot(what: Drawable, options: PictureOptions = {}): string {
  const nodes = pictureOf(what, options);
  const inState = Map.groupBy(nodes, ({ group }) => group);
  const states = [...inState].filter(([state]) => state !== undefined).sort(([a], [b]) => a! - b!);
  return [
    'digraph {',
    `  node [shape=box, style=filled, fontname="sans-serif", fontcolor="${TEXT_COLOUR}"];`,
    ...(inState.get(undefined) ?? []).map(box),
    ...states.flatMap(([state, members]) => [
      `  subgraph cluster_${state} {`,
      `    label="state ${state}";`,
      ...members.map((node) => `  ${box(node)}`),
      '  }',
    ]),
    ...nodes.flatMap(({ id, inputs }) => inputs.map((input) => `  ${input.id} -> ${id};`)),
    '}',
  ].join('\n');
}

function box({ id, lines, isGiven, isForward }: PlacedNode): string {
  const { fill, border } = COLOURS[isForward ? 'forward' : 'backward'];
  const label = lines.map((line) => line.replace(/[\\"]/g, '\\$&')).join('\\n');
  const style = isGiven ? ', style="filled,rounded"' : '';
  return `  ${id} [label="${label}", fillcolor="${fill}", color="${border}"${style}];`;
}
