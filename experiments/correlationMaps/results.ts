import * as z from 'zod';
import { csvOf } from '../lib/csv.ts';
import { datasetSchema, environmentSchema } from '../lib/results.ts';
import { MOST_SIDE } from './study.ts';

const share = z.strictObject({
  state: z.int().positive().describe('From 1'),
  share: z.number().describe('Between 0 and 1'),
});

const pixel = z.strictObject({ x: z.int(), y: z.int() }).describe('In the image');

/** The folder in that of the results which has a folder for each set of images. */
export const MAPS_FOLDER = 'correlation-maps';

/** What `results/correlation-maps/<images>/correlation-maps.json` holds. */
export const correlationMapsSchema = z
  .strictObject({
    sigma: z.number(),
    images: datasetSchema,
    like: z
      .number()
      .describe('The part of a neighbourhood that counts as like its centre: what chance would give it'),
    networks: z.array(
      z.strictObject({
        name: z.string(),
        weights: z.string().describe('SHA-256 of the tensors, see `hashWeights`'),
        states: z.int(),
        neighborhood: z.int(),
        propagation: z.boolean(),
        shares: z
          .array(share)
          .describe('Of the weight given to other pixels, what those get that look alike: means'),
        byImage: z.array(z.strictObject({ image: z.string(), pixel, shares: z.array(share) })),
      }),
    ),
    environment: environmentSchema,
  })
  .describe(
    `What networks look at in the middle ${MOST_SIDE} x ${MOST_SIDE} pixels of images, state by state (Figure 4)`,
  );

export type CorrelationMaps = z.infer<typeof correlationMapsSchema>;

/** A line for each network and state. */
export function formatMapsCsv({ networks }: Pick<CorrelationMaps, 'networks'>): string {
  const lines = networks.flatMap(({ name, propagation, shares }) =>
    shares.map(({ state, share }) => ({ name, propagation, state, share })),
  );
  return csvOf(
    {
      network: ({ name }) => name,
      propagation: ({ propagation }) => String(propagation),
      state: ({ state }) => state,
      share: ({ share }) => share,
    },
    lines,
  );
}

/** The same for a terminal. */
export function tableOf({ networks, like }: CorrelationMaps): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const rows = networks.map(
    ({ name, propagation, shares }) =>
      `${name}${propagation ? '' : ' (no propagation)'}: ${shares.map(({ state, share }) => `${state}: ${percent(share)}`).join('  ')}`,
  );
  return [
    `weight on the tenth of the neighbours that look most like the pixel, by state; by chance ${percent(like)}`,
    ...rows,
  ].join('\n');
}
