import { element } from './elements.ts';
import { scrolled } from './scrolled.ts';
import type { Part, ShownProgram } from './worker/program.ts';

/** What each part of a step takes, and each instruction, as a table that scrolls. */
export function programTable({ instructions }: ShownProgram): HTMLElement {
  const rows = instructions.map(({ text, part, milliseconds }, i) => {
    const row = element('tr', element('td', String(i + 1)), element('td', part));
    row.append(
      element('td', milliseconds === undefined ? '–' : milliseconds.toFixed(3)),
      element('td', text),
    );
    row.className = part;
    return row;
  });
  const headings = ['no.', 'part', 'ms', 'instruction'].map((text) => {
    const heading = element('th', text);
    heading.scope = 'col';
    return heading;
  });
  const table = element('table', element('thead', element('tr', ...headings)), element('tbody', ...rows));
  return scrolled(table, 'The instructions of a step');
}

const PARTS: readonly Part[] = ['forward', 'backward', 'update'];

/** `forward 0.8 ms, backward 1.9 ms, update 0.4 ms`; nothing where the times are not known. */
export function partTimes({ instructions }: ShownProgram): string {
  if (instructions.some(({ milliseconds }) => milliseconds === undefined)) return '';
  return PARTS.map((wanted) => {
    const own = instructions.filter(({ part }) => part === wanted);
    return `${wanted} ${own.reduce((sum, { milliseconds }) => sum + milliseconds!, 0).toFixed(2)} ms`;
  }).join(', ');
}
