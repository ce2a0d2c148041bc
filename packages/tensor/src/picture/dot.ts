import { COLOURS, TEXT_COLOUR } from './colours.ts';
import { framesOf } from './groups.ts';
import { arrowsOf, type Drawable, type PictureOptions, type PlacedNode, pictureOf } from './picture.ts';

/** As `toMermaid`, in the language of Graphviz: `dot -Tsvg`. */
export function toDot(what: Drawable, options: PictureOptions = {}): string {
  const nodes = pictureOf(what, options);
  return [
    'digraph {',
    '  newrank=true; fontname="sans-serif";',
    `  node [shape=box, style=filled, fontname="sans-serif", fontcolor="${TEXT_COLOUR}"];`,
    ...nodes.filter(({ group }) => group === undefined).map(box),
    ...framesOf(nodes).flatMap(({ id, title, nodes }) => [
      `  subgraph cluster_${id} {`,
      `    label="${title}";`,
      ...nodes.map((node) => `  ${box(node)}`),
      '  }',
    ]),
    ...arrowsOf(nodes).map(({ from, to, isKept }) => `  ${from} -> ${to}${isKept ? ' [style=dashed]' : ''};`),
    '}',
  ].join('\n');
}

function box({ id, lines, isGiven, isForward }: PlacedNode): string {
  const { fill, border } = COLOURS[isForward ? 'forward' : 'backward'];
  const label = lines.map((line) => line.replace(/[\\"]/g, '\\$&')).join('\\n');
  const style = isGiven ? ', style="filled,rounded"' : '';
  return `  ${id} [label="${label}", fillcolor="${fill}", color="${border}"${style}];`;
}
