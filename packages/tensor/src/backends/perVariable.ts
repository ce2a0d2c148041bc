import type { Variable } from '../tensor.ts';

/**
 * What a backend keeps for each variable, for as long as something refers to the variable: a network that is gone takes no
 * memory, whatever was compiled for it.
 */
export class PerVariable<T> {
  private readonly things = new WeakMap<Variable, T>();
  private readonly all = new Set<T>();
  private readonly giveBack: (thing: T) => void;
  private readonly unused = new FinalizationRegistry<T>((thing) => {
    if (this.all.delete(thing)) this.giveBack(thing);
  });

  constructor(giveBack: (thing: T) => void) {
    this.giveBack = giveBack;
  }

  /** What is kept for a variable, made when first asked for. */
  get(variable: Variable, make: () => T): T {
    const known = this.things.get(variable);
    if (known !== undefined) return known;
    const thing = make();
    this.things.set(variable, thing);
    this.all.add(thing);
    this.unused.register(variable, thing);
    return thing;
  }

  /** Gives everything back. */
  clear(): void {
    for (const thing of this.all) this.giveBack(thing);
    this.all.clear();
  }
}
