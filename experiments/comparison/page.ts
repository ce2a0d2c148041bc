import { describeProcessor } from '@nlrn/cli';
import { counted } from '../lib/numbers.ts';
import { HALF, NARROW } from '../lib/svg.ts';
import { DIFFERENCE_RULE } from '../page/differenceImage.ts';
import { documentOf } from '../page/document.ts';
import { faultsSection } from '../page/faultsSection.ts';
import { type Html, html, trusted } from '../page/html.ts';
import { figure, lostPictures, type ReadPicture } from '../page/pictures.ts';
import { type Column, table } from '../page/table.ts';
import { isIn } from './assembleComparison.ts';
import { AXES, levelInWords, levelOf } from './axis.ts';
import type { Comparison } from './comparison.ts';
import { type Lines, linesOf, parametersInWords, secondsInWords, ssimInWords } from './comparisonTable.ts';
import { COMPARISONS, type Definition, definitionOf } from './definition.ts';
import { NETWORK_COLUMNS, type NetworkTable } from './networkTable.ts';
import type { Restoration } from './restoration.ts';
import { PRICES, type Price, plotTrade, tradeMarks } from './tradePlot.ts';
import { TRAINED_ON } from './weights.ts';

/** What the page of the comparisons is made of. */
export interface ComparisonReport {
  readonly comparisons: readonly Comparison[];
  readonly networks: NetworkTable;
  readonly runs: readonly Restoration[];
  /** Files that were left out, each with its fault */
  readonly faults: readonly string[];
  readonly readPicture: ReadPicture;
}

/** Tables 3 to 6 as one HTML file that loads nothing else. */
export function comparisonPage({
  comparisons,
  networks,
  runs,
  faults,
  readPicture,
}: ComparisonReport): string {
  const pictures = picturesSection(runs, readPicture);
  return documentOf({
    title: 'NLRN: other methods',
    heading: 'Other methods, the same protocol',
    introduction: `Tables 3 to 6 of the Non-Local Recurrent Network (NeurIPS 2018): every method runs on this project's own
engine, with the weights that its authors have published, or, where its name says so, with others. In brackets is what the paper
prints, of its own weights: its NLRN has 128 channels.`,
    links: [
      ...comparisons.map(({ comparison, title }) => [comparison, title.split(':')[0]!] as const),
      ['networks', 'Table 3'],
      ...(pictures ? [['pictures', 'Pictures'] as const] : []),
      ['origin', 'Origin'],
    ],
    sections: [
      faultsSection(faults),
      comparisons.map((comparison) => comparisonSection(comparison, runs)),
      networksSection(networks),
      pictures,
      originSection(runs),
    ],
  });
}

function comparisonSection(comparison: Comparison, runs: readonly Restoration[]): Html {
  const { comparison: name, title } = comparison;
  const definition = definitionOf(comparison);
  const own = runs.filter((run) => isIn(definition, run));
  return html`<section id="${name}">
<h2>${title}</h2>
<p>${definition.units}.</p>
${linesOf(comparison).map(setTable)}
<ul>${definition.notes.map((note) => html`<li>${note}</li>`)}</ul>
<div class="pair">${(Object.keys(PRICES) as Price[]).map(
    (
      price,
    ) => html`<figure><figcaption>PSNR against ${PRICES[price].words}. ${tradeMarks(comparison, price)}</figcaption>
<div class="wide">${trusted(plotTrade(comparison, price, HALF))}</div>
<div class="narrow">${trusted(plotTrade(comparison, price, NARROW))}</div></figure>
`,
  )}</div>
<p class="quiet">${timesInWords(own)}</p>
<p class="quiet">Files beside this page:
${['json', 'csv', 'time.svg', 'parameters.svg'].map((ending) => html`<a href="${name}.${ending}">${name}.${ending}</a> `)}</p>
</section>`;
}

/** What times are worth. */
function timesInWords(runs: readonly Restoration[]): string {
  const commits = new Set(runs.map(({ environment }) => environment.commit)).size;
  return `Times are those of runs of ${counted(commits, 'commit')}, on machines that may have had other work: the same method takes more or less from run to run.`;
}

type Line = Lines['methods'][number];

/** A set's figures; on a narrow screen those of all but the first are folded. */
function setTable({ label, axis, levels, methods, psnr }: Lines, i: number): Html {
  const { words } = AXES[axis];
  const columns: Column<Line>[] = [
    ...levels.map((level) => ({
      title: `PSNR, ${words(level)}`,
      cell: ({ at }: Line) => psnr(at.get(level)),
      numeric: true,
    })),
    ...levels.map((level) => ({
      title: `SSIM, ${words(level)}`,
      cell: ({ at }: Line) => ssimInWords(at.get(level)),
      numeric: true,
      isExtra: true,
    })),
    {
      title: 'Core-seconds a megapixel',
      cell: ({ at }) => secondsInWords(at),
      numeric: true,
      isExtra: true,
    },
    {
      title: 'Parameters',
      cell: ({ at }) => parametersInWords(at),
      numeric: true,
      isExtra: true,
    },
  ];
  const figures = table<Line>(
    `${label}: the paper’s figures in brackets`,
    [{ title: 'Method', cell: nameOf }, ...columns],
    methods,
  );
  return i === 0 ? figures : html`<details class="fold"><summary>${label}</summary>${figures}</details>`;
}

/** A method's name, with why it has no figures here, if it was not to have any. */
function nameOf({ label, at }: Line): Html {
  const isBarred = [...at.values()].some(({ why }) => why === TRAINED_ON);
  return html`${label}${isBarred ? html`<br><span class="quiet">the weights here were ${TRAINED_ON}</span>` : null}`;
}

function networksSection({ title, rows }: NetworkTable): Html {
  const [name, ...others] = Object.entries(NETWORK_COLUMNS).map(([title, cell], i) => ({
    title,
    cell,
    numeric: i > 0,
  }));
  return html`<section id="networks">
<h2>${title}</h2>
<p>Read off the networks’ graphs, at the papers’ sizes; in brackets what the paper prints. Weights are the numbers in filters, as
papers count them, parameters all that is trained. RED’s and MemNet’s weights are not to be had, NLRN has not been trained
at that size here: their PSNR is the paper’s only.</p>
${table('Depth, sharing and size', [name!, ...others], rows)}
</section>`;
}

/** Details of images that the project generates, as each method restores them. */
function picturesSection(runs: readonly Restoration[], read: ReadPicture): Html | null {
  const groups = [...Map.groupBy(COMPARISONS, ({ axis }) => axis).values()]
    .map(([first]) => shownCrops(first!, runs))
    .filter((shown) => shown.length > 0);
  if (groups.length === 0) return null;
  return html`<section id="pictures">
<h2>Pictures</h2>
<p>Details of images that the project generates, with their PSNR. ${DIFFERENCE_RULE}</p>
${groups.map((shown) =>
  [...Map.groupBy(shown, ({ image }) => image).values()].map((crops) => cropsOfImage(crops, read)),
)}</section>`;
}

type Shown = Restoration['crops'][number] & { readonly label: string; readonly level: string };

/** What each method of an axis makes of the crops, at the level at which most methods have some; of several such the middle one. */
function shownCrops({ axis, methods }: Definition, runs: readonly Restoration[]): Shown[] {
  const withCrops = runs.filter((run) => run[axis] !== undefined && run.crops.length > 0);
  const levels = [...new Set(withCrops.map(levelOf))].toSorted((a, b) => a - b);
  const shownAt = levels.map((level) =>
    methods.flatMap(({ name, label }) => {
      const run = withCrops.find((run) => run.method === name && levelOf(run) === level);
      return run ? [{ label, run }] : [];
    }),
  );
  const most = shownAt.filter(({ length }) => shownAt.every((other) => other.length <= length));
  return (most[Math.floor(most.length / 2)] ?? []).flatMap(({ label, run }) =>
    run.crops.map((crop) => ({ label, level: levelInWords(run), ...crop })),
  );
}

/** The true picture, the noisy one, and those of all methods. */
function cropsOfImage(crops: readonly Shown[], read: ReadPicture): Html {
  const [{ image, level, truth, noisy }] = crops as [Shown];
  const true_ = read(truth);
  const others = [
    ...(noisy === undefined ? [] : [{ label: 'Noisy', picture: read(noisy) }]),
    ...crops.map(({ label, restored }) => ({ label, picture: read(restored) })),
  ];
  return html`<details><summary>${image.replace(/\.png$/, '')}, ${level}</summary>
${lostPictures([{ label: 'True', picture: true_ }, ...others])}
<div class="crops">${true_ && figure({ label: 'True', picture: true_ }, image, null)}${others.map(({ label, picture }) => picture && figure({ label, picture }, image, true_))}</div></details>
`;
}

function originSection(runs: readonly Restoration[]): Html {
  const minutes = runs.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0) / 60;
  const distinct = (of: (run: Restoration) => string) => [...Map.groupBy(runs, of).keys()];
  return html`<section id="origin">
<h2>Where this comes from</h2>
<p>${runs.length} runs, ${minutes.toFixed(0)} core-minutes of restoring.</p>
<details><summary>Machines, weights, images, commands and commits</summary>
<h3>Machines</h3>
<ul>${distinct(({ environment }) => `${describeProcessor(environment)}, ${environment.cores} cores; Node ${environment.node}`).map((text) => html`<li>${text}</li>`)}</ul>
<h3>Weights, by SHA-256</h3>
<ul>${distinct(({ weights }) => (weights ? `${weights.file}: ${weights.hash}` : ''))
    .filter((text) => text !== '')
    .map((text) => html`<li><code>${text}</code></li>`)}</ul>
<h3>Images, by SHA-256 of names and pixels</h3>
<ul>${distinct(({ test }) => `${test.images} of ${test.name}: ${test.hash}`).map((text) => html`<li><code>${text}</code></li>`)}</ul>
<h3>Commands</h3>
<ul>${distinct(({ environment }) => environment.command).map((text) => html`<li><code>${text}</code></li>`)}</ul>
<h3>Commits</h3>
<ul>${distinct(({ environment }) => environment.commit).map((text) => html`<li><code>${text}</code></li>`)}</ul>
</details>
</section>`;
}
