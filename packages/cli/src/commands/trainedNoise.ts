/** `weights trained for sigma 25`, or that they do not say for which. */
export function describeTrainedNoise(trained: number | undefined): string {
  return trained === undefined
    ? 'weights that do not say for which sigma'
    : `weights trained for sigma ${trained}`;
}

/** Warns on stderr when the noise of an option is not what the weights were trained for. */
export function warnOfOtherNoise(option: string, sigma: number, trained: number | undefined): void {
  if (trained === undefined || trained === sigma) return;
  process.stderr.write(
    `${option} ${sigma}: the weights were trained for sigma ${trained}; other noise is removed less well\n`,
  );
}
