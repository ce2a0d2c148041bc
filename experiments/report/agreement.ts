import { quoted } from '@nlrn/cli';
import type { PresetName } from '@nlrn/nlrn';
import { SEEDS, SIZES } from '../lib/experiment.ts';
import { counted, signed } from '../lib/numbers.ts';
import { MOST_SEEDS } from '../lib/pairedDifference.ts';
import { isReference, type Results, type Row, type Verdict } from '../lib/results.ts';
import { comparedRows } from './compared.ts';
import { findingOf } from './findings.ts';
import { isOfPaperScale } from './scale.ts';

/** How each verdict is shown: a sign that colour does not carry, and words. */
export const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = {
  'full model': '●',
  missing: '–',
  'not tested': '?',
  'not in the paper': '○',
  'inside the noise': '≈',
  agrees: '✓',
  opposite: '✗',
};

/** What a verdict means, as the page says it. */
export const VERDICT_RULES: Readonly<Record<Exclude<Verdict, 'full model'>, string>> = {
  agrees:
    'the difference is outside the noise and has the paper’s sign, or inside it where the paper finds none',
  opposite: 'it is outside the noise and has the other sign, or where the paper finds none',
  'inside the noise': 'its 95 % interval, over images and seeds, holds zero',
  'not in the paper':
    'the paper has no such row, or not beside such a full model; the difference says what was found',
  'not tested':
    'they have one seed in common, there is one image or a PSNR that is not finite, so that the noise is not known',
  missing: 'it has not been run, or not with a seed of what it is compared with',
};

/** How many rows have a verdict, in the order of the rules; those that no row has are left out. */
type Counts = [Exclude<Verdict, 'full model'>, number][];

/** The verdicts of the rows that are compared with others, each pair of networks once. */
export function countVerdicts(experiments: readonly Results[]): Counts {
  return count(comparedRows(experiments).map(({ row }) => row.verdict));
}

/** The same by Holm's p. */
export function countHolmVerdicts(experiments: readonly Results[]): Counts {
  return count(comparedRows(experiments).map(({ row }) => row.holmVerdict));
}

function count(found: readonly Verdict[]): Counts {
  const verdicts = Object.keys(VERDICT_RULES) as Exclude<Verdict, 'full model'>[];
  return verdicts
    .map((verdict): Counts[number] => [verdict, found.filter((other) => other === verdict).length])
    .filter(([, count]) => count > 0);
}

/** Why rows do not agree with the paper, most likely, and what would settle them: words, or a command. */
export interface OpenQuestion {
  readonly rows: readonly { readonly label: string; readonly note: string | null }[];
  readonly verdict: Verdict;
  readonly why: string;
  readonly settle: string;
  readonly command: string | null;
}

/**
 * The rows that do not agree, or not yet; those to which the same applies together.
 *
 * What is said follows from verdict and scale by rule.
 */
export function openQuestions(experiments: readonly Results[]): OpenQuestion[] {
  const questions = comparedRows(experiments).flatMap(({ row, results }) => {
    const answer = answerTo(row, results, experiments);
    return answer ? [{ note: null, command: null, ...answer, verdict: row.verdict, label: row.label }] : [];
  });
  const alike = Map.groupBy(questions, ({ verdict, settle, command }) =>
    [verdict, settle, command].join('|'),
  );
  return [...alike.values()].map((group) => {
    const [{ verdict, why, settle, command }] = group as [(typeof group)[number]];
    return { rows: group.map(({ label, note }) => ({ label, note })), verdict, why, settle, command };
  });
}

interface Answer {
  readonly why: string;
  readonly settle: string;
  readonly command?: string;
  /** Of this row alone */
  readonly note?: string;
}

function answerTo(row: Row, results: Results, experiments: readonly Results[]): Answer | null {
  switch (row.verdict) {
    case 'full model':
    case 'agrees':
    case 'not in the paper':
      return null;
    case 'opposite':
      if (isOfPaperScale(results.config))
        return {
          why: 'The training is as long as the paper’s; images, seeds and the differences that models.md lists are what is left.',
          settle: 'The paper’s own images, and more seeds.',
        };
      return {
        why: 'The training is shorter and the network smaller than the paper’s; what wins early need not win late.',
        settle: `More training: ${ofPairs(row, experiments) ?? 'a longer run of both rows, then the preset paper.'}`,
      };
    case 'inside the noise':
      return { why: 'The difference is too small for this many seeds.', ...moreSeeds(row) };
    case 'not tested':
      return answerToUntested(row, results);
    case 'missing':
      return {
        why: 'No run, or none with a seed of what it is compared with.',
        settle: 'The runs:',
        command: `${commandOf(results)} --only ${missingVariants(results).join(',')}${KEPT}`,
      };
  }
}

/** Of a row that stands in a table of pairs, too, as at other lengths of training: the differences of all pairs there. */
function ofPairs({ id }: Row, experiments: readonly Results[]): string | undefined {
  const isOfPairs = (rows: readonly Row[]) => new Set(rows.map(({ against }) => against)).size > 1;
  for (const { title, rows } of experiments) {
    const compared = rows.filter((row) => !isReference(row) && row.difference !== null);
    if (!isOfPairs(compared) || !compared.some((row) => row.id === id)) continue;
    const found = compared.map(({ label, difference }) => `${label}: ${signed(difference!.mean)}`);
    return `the difference in “${title}” is (dB) ${found.join('; ')}.`;
  }
}

function answerToUntested(row: Row, results: Results): Answer {
  switch (findingOf(row, results)) {
    case 'infinite':
      return {
        why: 'A PSNR is not finite: an image is restored without any error, or to pixels that are not numbers.',
        settle: 'Other test images, or another training.',
      };
    case 'image':
      return { why: 'There is one test image.', settle: 'More test images.' };
    default:
      return {
        why: haveOneSeed(row, results) ? 'Both have one seed.' : 'They have one seed in common.',
        settle: 'More seeds:',
        command: commandOf(results, SEVERAL_SEEDS) + KEPT,
      };
  }
}

/** Whether a row and what it is compared with have one seed each; that they have in common may be one of several. */
function haveOneSeed({ variant, against }: Row, { rows }: Results): boolean {
  return rows
    .filter((row) => [variant, against].includes(row.variant))
    .every(({ seeds }) => seeds.length === 1);
}

/** Runs that are there, of older sources perhaps, are not trained again: the page says of which sources its runs are. */
const KEPT = ' --keep-old';

/** Seeds where one has been run: as many as are tested side by side (`FEWEST_SEEDS`). */
const SEVERAL_SEEDS = '1,2,3,4';

/**
 * A command of an experiment on the same images: those that were generated are so again; of others the runs know the folder's name,
 * and not where it is, for which DIR stands. `seeds` are named where the preset itself has one.
 */
function commandOf({ experiment, train, test, preset }: Results, seeds?: string): string {
  const [name, ...sizes] = preset.replace(/-(generated|own)$/, '').split('-') as [PresetName, ...string[]];
  const options = sizes.map((size) => size.replace(SIZE, '--$1 '));
  const images = Object.entries({ train, test }).flatMap(([option, set]) =>
    set?.source === 'folder' ? [`--${option} ${quoted(`DIR/${set.name}`)}`] : [],
  );
  const others = seeds === undefined || SEEDS[name].includes(',') ? [] : [`--seeds ${seeds}`];
  return [`pnpm exp ${experiment} --preset ${name}`, ...options, ...images, ...others].join(' ');
}

/** The rows that are missing, and those that they are compared with, which may lack their seeds. */
function missingVariants({ rows }: Results): string[] {
  const missing = rows.filter(({ verdict }) => verdict === 'missing');
  const wanted = new Set(missing.flatMap(({ variant, against }) => [variant, against]));
  return rows.map(({ variant }) => variant).filter((variant) => wanted.has(variant));
}

/** What the name of a scale says of a size: `states4`. */
const SIZE = new RegExp(`^(${SIZES.join('|')})`);

/** What would make an interval leave zero out, if difference and spread stay as they are. */
function moreSeeds({ difference }: Row): Pick<Answer, 'settle' | 'note'> {
  const { seedsNeeded } = difference!;
  return seedsNeeded === null
    ? {
        settle: `More training, or more test images: at this difference and spread ${MOST_SEEDS} seeds would not do.`,
      }
    : {
        settle: 'More seeds, as many if difference and spread stay as they are.',
        note: counted(seedsNeeded, 'seed'),
      };
}
