import { svgElement } from './elements.ts';
import type { Box } from './worker/teach.ts';

/** Pixels of a letter, of a line, and between boxes and layers. */
const LETTER = 8.2;
const LINE = 17;
const GAP = { x: 24, y: 40 };
const PADDING = 8;

/** A box with its place: its middle from the left, its top from above. */
interface Placed {
  readonly box: Box;
  readonly width: number;
  readonly height: number;
  x: number;
  y: number;
}

/** Draws boxes in layers, each below all that it reads, and arrows between them. */
export function drawGraph(boxes: readonly Box[], label: string): SVGSVGElement {
  const layers = layersOf(boxes);
  const width = Math.max(...layers.map(widthOf));
  let y = 0;
  for (const layer of layers) {
    let x = (width - widthOf(layer)) / 2;
    for (const placed of layer) {
      placed.x = x + placed.width / 2;
      placed.y = y;
      x += placed.width + GAP.x;
    }
    y += Math.max(...layer.map(({ height }) => height)) + GAP.y;
  }
  const placed = new Map(layers.flat().map((each) => [each.box.id, each]));
  const height = y - GAP.y;
  const svg = svgElement('svg', {
    viewBox: `-2 -2 ${width + 4} ${height + 4}`,
    width: width + 4,
    height: height + 4,
    role: 'img',
  });
  svg.setAttribute('aria-label', label);
  for (const to of placed.values()) for (const id of to.box.inputs) svg.append(arrow(placed.get(id)!, to));
  svg.append(...[...placed.values()].flatMap(shapesOf));
  return svg;
}

/** The boxes by their distance from what is given, in each layer ordered as the boxes that they read. */
function layersOf(boxes: readonly Box[]): Placed[][] {
  const depths = new Map<string, number>();
  // A box stands behind all that it reads.
  for (const { id, inputs } of boxes)
    depths.set(id, Math.max(-1, ...inputs.map((input) => depths.get(input)!)) + 1);
  const layers: Placed[][] = [];
  for (const box of boxes) {
    layers[depths.get(box.id)!] ??= [];
    layers[depths.get(box.id)!]!.push(sized(box));
  }
  const places = new Map<string, number>();
  for (const layer of layers) {
    const wish = ({ box }: Placed) => mean(box.inputs.map((input) => places.get(input)!));
    layer.sort((a, b) => wish(a) - wish(b));
    for (const [i, { box }] of layer.entries()) places.set(box.id, (i + 0.5) / layer.length);
  }
  return layers;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b) / values.length;
}

function sized(box: Box): Placed {
  const letters = Math.max(...box.lines.map(({ length }) => length));
  return {
    box,
    width: LETTER * letters + 2 * PADDING,
    height: LINE * box.lines.length + 2 * PADDING,
    x: 0,
    y: 0,
  };
}

function widthOf(layer: readonly Placed[]): number {
  return layer.reduce((sum, { width }) => sum + width + GAP.x, -GAP.x);
}

function arrow(from: Placed, to: Placed): SVGElement {
  const [start, end] = [from.y + from.height, to.y];
  const middle = (start + end) / 2;
  return svgElement('path', {
    d: `M${from.x} ${start} C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${end} m-4 -7 l4 7 l4 -7`,
    class: 'arrow',
  });
}

function shapesOf({ box, x, y, width, height }: Placed): SVGElement[] {
  const kind = `${box.isForward ? 'forward' : 'backward'} box`;
  const frame = svgElement('rect', {
    x: x - width / 2,
    y,
    width,
    height,
    rx: box.isGiven ? 10 : 2,
    class: kind,
  });
  const lines = box.lines.map((line, i) => {
    const text = svgElement('text', { x, y: y + PADDING + LINE * (i + 0.75), 'text-anchor': 'middle' });
    text.textContent = line;
    return text;
  });
  return [frame, ...lines];
}
