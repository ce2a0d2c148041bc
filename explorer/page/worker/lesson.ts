import { type Dataset, generatedDataset } from '@nlrn/data';
import { type NlrnTrainConfig, PRESETS } from '@nlrn/nlrn';

/**
 * The training that a page can watch: an NLRN so small that a step takes milliseconds, with the paper's structure.
 *
 * `steps` and `schedule` are the preset's and not looked at: it goes on for as long as one likes, at the rate that one chooses.
 */
export function lessonOf({ states }: { readonly states: number }): NlrnTrainConfig {
  const { network, ...run } = PRESETS.quick;
  return {
    ...run,
    network: { ...network, channels: 8, embedding: 4, states, neighborhood: 7 },
    batch: 8,
    patch: 16,
    scales: [1],
    settling: 0,
  };
}

/** The generated pictures that it learns from. */
export function lessonImages(): Dataset {
  return generatedDataset('lesson', { count: 12, size: 96 });
}
