import { SingleBar } from 'cli-progress';
import type { Progress } from './train.ts';

/** Seconds between two lines where there is no terminal. */
const LINE_EVERY = 5;

/** What is shown after a step; of several runs, the time left for all of them as well. */
export type ShownProgress = Progress & { readonly secondsLeftInAll?: number };

/** Shows how training goes on; `stop` leaves the display as it is. */
export interface ProgressDisplay {
  update(progress: ShownProgress): void;
  stop(): void;
}

/**
 * A progress bar with loss, PSNR, images a second and time left (in all) on a terminal; elsewhere, as in a pipe or in
 * continuous integration, a line every few seconds.
 */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  return stream.isTTY && !process.env.CI ? bar(stream) : lines(stream);
}

/** `1 h 02 min`, `3 min 20 s`, `45 s` */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`;
  return minutes > 0 ? `${minutes} min ${String(whole % 60).padStart(2, '0')} s` : `${whole} s`;
}

/** Says `tile 3 of 24` on a terminal, over and over on one line; elsewhere a line every few seconds. */
export function showTiles(
  stream: NodeJS.WriteStream = process.stderr,
): (done: number, tiles: number) => void {
  const isTerminal = stream.isTTY && !process.env.CI;
  let nextAt = 0;
  return (done, tiles) => {
    const now = performance.now() / 1000;
    if (!isTerminal && now < nextAt && done < tiles) return;
    nextAt = now + LINE_EVERY;
    stream.write(
      `${isTerminal ? '\r' : ''}tile ${done} of ${tiles}${!isTerminal || done === tiles ? '\n' : ''}`,
    );
  };
}

function bar(stream: NodeJS.WriteStream): ProgressDisplay {
  const format = '{bar} {value}/{total} | {facts}';
  const shown = new SingleBar({ stream, format, barsize: 20, barCompleteChar: '█', barIncompleteChar: '░' });
  let started = false;
  return {
    update(progress) {
      const facts = { facts: describe(progress).join(' | ') };
      if (started) shown.update(progress.step, facts);
      else shown.start(progress.steps, progress.step, facts);
      started = true;
    },
    stop: () => started && shown.stop(),
  };
}

function lines(stream: NodeJS.WritableStream): ProgressDisplay {
  let nextAt = 0;
  return {
    update(progress) {
      const now = performance.now() / 1000;
      if (now < nextAt && progress.step < progress.steps) return;
      nextAt = now + LINE_EVERY;
      stream.write(`step ${progress.step}/${progress.steps}  ${describe(progress).join('  ')}\n`);
    },
    stop() {},
  };
}

/** With validation its PSNR is shown, without it that of the last batch. */
function describe(progress: ShownProgress): string[] {
  const { loss, psnr, validation, imagesPerSecond, secondsLeft, secondsLeftInAll: inAll } = progress;
  return [
    `loss ${loss.toExponential(3)}`,
    validation === undefined ? `PSNR ${psnr.toFixed(2)} dB` : `validation ${validation.toFixed(2)} dB`,
    `${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 2 : 0)} images/s`,
    `${formatSeconds(secondsLeft)} left${inAll === undefined ? '' : `, ${formatSeconds(inAll)} in all`}`,
  ];
}
