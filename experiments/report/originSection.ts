import { describeProcessor } from '@nlrn/cli';
import { counted } from '../lib/numbers.ts';
import type { DatasetFacts, Run } from '../lib/results.ts';
import { type Html, html } from '../page/html.ts';
import { table } from '../page/table.ts';

/** Where the runs come from: machines, commits, commands, images, and the time they took. */
export function originSection(runs: readonly Run[]): Html {
  const machine = ({ environment }: Run) => {
    const { cores, memoryGB, platform, node, backend } = environment;
    return `${describeProcessor(environment)}, ${counted(cores, 'core')}, ${memoryGB} GB; ${platform}; Node ${node}; ${backend}`;
  };
  const machines = groupBy(runs, machine);
  return html`<section id="origin">
<h2>Where this comes from</h2>
<details><summary>Machines, images, commands and commits</summary>
${table(
  'Machines',
  [
    { title: 'Machine', cell: ([name]) => name },
    { title: 'Runs', cell: ([, group]) => group.length, numeric: true },
    { title: 'Time', cell: ([, group]) => coreTime(group), numeric: true },
    { title: 'Finished', cell: ([, group]) => period(group), numeric: true },
  ],
  [...machines],
)}
${table(
  'Images',
  [
    { title: 'Use', cell: ({ use }) => use },
    { title: 'Images', cell: ({ set }) => `${set.images} of ${set.name} (${set.source})` },
    { title: 'SHA-256 of names and pixels', cell: ({ set }) => html`<code>${set.hash}</code>` },
  ],
  [...imagesOf(runs, 'train'), ...imagesOf(runs, 'test')],
)}
<h3>Commands</h3>
<ul>${distinct(runs, ({ environment }) => environment.command).map((command) => html`<li><code>${command}</code></li>`)}</ul>
<h3>Commits</h3>
<ul>${[...groupBy(runs, ({ environment }) => environment.commit)].map(
    ([commit, group]) => html`<li><code>${commit}</code>: ${counted(group.length, 'run')}</li>`,
  )}</ul>
<p class="quiet">A commit with + had files changed or added that are not results.</p>
<h3>Sources of the model</h3>
<ul>${[...runsBySources(runs)].map(
    ([sources, group]) => html`<li><code>${sources}</code>: ${counted(group.length, 'run')}</li>`,
  )}</ul>
</details>
</section>`;
}

/** The runs by the hash of the model's sources that made them, its first 12 digits; `not named` in older ones. */
export function runsBySources(runs: readonly Run[]): Map<string, Run[]> {
  return groupBy(runs, ({ sources }) => sources?.model.slice(0, 12) ?? 'not named');
}

/** Time of all cores together: `12.3 core-hours`, `41 core-minutes`. */
export function coreTime(runs: readonly Run[]): string {
  const minutes = runs.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0) / 60;
  return minutes < 60 ? `${minutes.toFixed(0)} core-minutes` : `${(minutes / 60).toFixed(1)} core-hours`;
}

/** The day of the first run's end to that of the last. */
function period(runs: readonly Run[]): string {
  const days = runs.map(({ finished }) => finished.slice(0, 10)).toSorted();
  return [...new Set([days[0]!, days.at(-1)!])].join(' to ');
}

function imagesOf(runs: readonly Run[], use: 'train' | 'test'): { use: string; set: DatasetFacts }[] {
  return [...groupBy(runs, (run) => run[use].hash).values()].map((group) => ({ use, set: group[0]![use] }));
}

function distinct(runs: readonly Run[], of: (run: Run) => string): string[] {
  return [...groupBy(runs, of).keys()];
}

const groupBy = (runs: readonly Run[], of: (run: Run) => string) => Map.groupBy(runs, of);
