import { formatBytes } from '@nlrn/tensor';
import { svgElement } from './elements.ts';
import type { ShownBlock, ShownProgram } from './worker/program.ts';

const SIZE = { width: 1000, height: 400 };

/**
 * Draws where the values of a program lie while it runs: from left to right its instructions, from below to above the
 * memory, a rectangle for each value from where it is made to where it is last read. What it is stands in its title.
 */
export function drawMemoryPlan({ instructions, blocks, peak }: ShownProgram): SVGSVGElement {
  const [column, byte] = [SIZE.width / instructions.length, SIZE.height / peak];
  const svg = svgElement('svg', {
    viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
    preserveAspectRatio: 'none',
    role: 'img',
    class: 'plan',
  });
  svg.setAttribute(
    'aria-label',
    `The memory plan: ${blocks.length} pieces in ${formatBytes(peak)} over ${instructions.length} instructions`,
  );
  const rectangles = blocks.map((block) =>
    svgElement(
      'rect',
      {
        x: column * block.from,
        y: SIZE.height - byte * (block.offset + block.size),
        width: column * (block.to - block.from + 1),
        height: byte * block.size,
        class: block.kind,
      },
      svgElement('title', {}, titleOf(block)),
    ),
  );
  svg.append(...rectangles);
  return svg;
}

function titleOf({ label, from, to, size }: ShownBlock): string {
  return `${label}, ${formatBytes(size)}, instructions ${from + 1} to ${to + 1}`;
}
