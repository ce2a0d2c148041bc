import { counted } from '../lib/numbers.ts';
import type { Results, Row, Verdict } from '../lib/results.ts';

/** How each verdict is shown: a sign that colour does not carry, and words. */
export const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = {
  'full model': '●',
  missing: '–',
  'not tested': '?',
  'inside the noise': '≈',
  agrees: '✓',
  opposite: '✗',
};

/** What a verdict means, as the page says it. */
export const VERDICT_RULES: Readonly<Record<Exclude<Verdict, 'full model'>, string>> = {
  agrees:
    'the difference to the full model is outside the noise and has the paper’s sign, or inside it where the paper finds none',
  opposite: 'it is outside the noise and has the other sign, or where the paper finds none',
  'inside the noise': 'its 95 % interval, over images and seeds, holds zero',
  'not tested': 'there is one seed, one image or a PSNR that is not finite, so that the noise is not known',
  missing: 'it has not been run, or not with a seed of the full model',
};

/** How many rows have each verdict, but for the full model's; verdicts that no row has are left out. */
export function countVerdicts(rows: readonly Row[]): [Exclude<Verdict, 'full model'>, number][] {
  const verdicts = Object.keys(VERDICT_RULES) as Exclude<Verdict, 'full model'>[];
  return verdicts
    .map(
      (verdict) =>
        [verdict, rows.filter((row) => row.verdict === verdict).length] as [typeof verdict, number],
    )
    .filter(([, count]) => count > 0);
}

/** Why rows do not agree with the paper, most likely, and what would settle them: words, or a command. */
export interface OpenQuestion {
  readonly rows: readonly Row[];
  readonly verdict: Verdict;
  readonly why: string;
  readonly settle: string;
  readonly command: string | null;
}

/**
 * The rows of a table or figure that do not agree, or not yet; those to which the same applies together.
 *
 * What is said follows from verdict and scale by rule.
 */
export function openQuestions(results: Results): OpenQuestion[] {
  const others = results.rows.filter(({ variant }) => variant !== results.fullModel);
  const questions = others.flatMap((row) => {
    const question = questionOf(row, results);
    return question ? [{ command: null, ...question, row, verdict: row.verdict }] : [];
  });
  const alike = Map.groupBy(questions, ({ verdict, settle, command }) =>
    [verdict, settle, command].join('|'),
  );
  return [...alike.values()].map((group) => {
    const [{ row: _, ...question }] = group as [(typeof group)[number]];
    return { ...question, rows: group.map(({ row }) => row) };
  });
}

function questionOf(row: Row, results: Results): { why: string; settle: string; command?: string } | null {
  switch (row.verdict) {
    case 'full model':
    case 'agrees':
      return null;
    case 'opposite':
      return {
        why: 'The training is shorter and the network smaller than the paper’s; what wins early need not win late.',
        settle: 'More training: a longer run of both rows, then the preset paper.',
      };
    case 'inside the noise':
      return { why: 'The difference is too small for this many seeds.', settle: moreSeeds(row) };
    case 'not tested':
      return {
        why: 'There is one seed.',
        settle: 'More seeds:',
        command: `${commandOf(results)} --seeds 1,2,3`,
      };
    case 'missing':
      return {
        why: 'No run, or none with a seed of the full model.',
        settle: 'The runs:',
        command: commandOf(results),
      };
  }
}

/** The command that runs what is missing. */
function commandOf({ experiment, train, test, preset }: Results): string {
  const images = [train, test].every((set) => set?.source === 'folder');
  const name = preset.replace(/-generated$/, '');
  return `pnpm exp ${experiment} --preset ${name}${images ? ` --train ${train!.name} --test ${test!.name}` : ''}`;
}

/** Beyond this many seeds, more of them are no advice. */
const MANY_SEEDS = 40;

/** An interval narrows with the square root of the number of seeds, where the spread between seeds makes it. */
function moreSeeds({ seeds, difference }: Row): string {
  const { mean, low, high } = difference!;
  const needed = Math.floor(seeds.length * ((high! - low!) / 2 / mean) ** 2) + 1;
  return needed <= MANY_SEEDS
    ? `More seeds: about ${counted(needed, 'seed')} if difference and spread stay as they are.`
    : `More training: at this difference it would take more than ${MANY_SEEDS} seeds.`;
}
