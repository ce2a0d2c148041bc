/** Seconds between two lines where there is no terminal. */
const LINE_EVERY = 5;

/** Seconds between two drawings of the line of a terminal. */
const DRAW_EVERY = 0.1;

/** Columns of a terminal that does not say how many it has. */
const COLUMNS = 80;

/** One line that tells, again and again, how far something has come. */
export interface LiveLine {
  /** Tells facts, the most important first; what comes too soon after another is left out, unless it is a milestone. */
  show(facts: readonly string[], isMilestone?: boolean): void;
  /** Takes the line away, for other text in its place. */
  clear(): void;
  /** Leaves the line as it is; other text comes below. */
  stop(): void;
}

/**
 * On a terminal one line that is drawn over and over, and never wider than that; elsewhere, as in a pipe or in
 * continuous integration, a whole line every few seconds, and none of what is over before.
 */
export function liveLine(stream: NodeJS.WriteStream = process.stderr): LiveLine {
  return stream.isTTY && !process.env.CI ? drawnLine(stream) : writtenLines(stream);
}

/** The facts, separated by bars, as many of the first ones as a number of columns holds. */
export function fitted(facts: readonly string[], columns: number): string {
  const [first = '', ...others] = facts;
  let line = first.slice(0, columns);
  for (const fact of others) {
    const longer = `${line} | ${fact}`;
    if (longer.length > columns) break;
    line = longer;
  }
  return line;
}

function drawnLine(stream: NodeJS.WriteStream): LiveLine {
  const isDue = onceEvery(DRAW_EVERY);
  let isThere = false;
  return {
    show(facts, isMilestone = false) {
      if (!isDue() && !isMilestone) return;
      // In the last column the cursor would be on the next line.
      stream.write(`\r\x1b[K${fitted(facts, (stream.columns ?? COLUMNS) - 1)}`);
      isThere = true;
    },
    clear() {
      if (isThere) stream.write('\r\x1b[K');
      isThere = false;
    },
    stop() {
      if (isThere) stream.write('\n');
      isThere = false;
    },
  };
}

function writtenLines(stream: NodeJS.WritableStream): LiveLine {
  const isDue = onceEvery(LINE_EVERY, LINE_EVERY);
  return {
    show(facts, isMilestone = false) {
      if (isDue() || isMilestone) stream.write(`${fitted(facts, Number.POSITIVE_INFINITY)}\n`);
    },
    clear() {},
    stop() {},
  };
}

/** A function that says whether so many seconds have passed since it last said so; at first, since now. */
function onceEvery(seconds: number, atFirst = 0): () => boolean {
  let nextAt = performance.now() / 1000 + atFirst;
  return () => {
    const now = performance.now() / 1000;
    if (now < nextAt) return false;
    nextAt = now + seconds;
    return true;
  };
}
