/** Work on something that only one may use at a time. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();
  #open = 0;

  /** Does a piece of work when all that came before it is done, well or badly. */
  next<T>(work: () => Promise<T>): Promise<T> {
    this.#open++;
    const result = this.#last.then(work).finally(() => this.#open--);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Does what takes no time, at once if there is nothing to wait for. */
  whenIdle(work: () => void): void {
    if (this.#open === 0) work();
    else void this.next(async () => work());
  }
}
