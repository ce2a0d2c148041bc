/** Things that several users share: each is made when first asked for, and given back when its last user is gone. */
export class Counted<T> {
  private readonly entries = new Map<string, { readonly thing: T; readonly users: Set<object> }>();
  private readonly giveBack: (thing: T) => void;

  constructor(giveBack: (thing: T) => void) {
    this.giveBack = giveBack;
  }

  /** The thing of this key, which from now on has this user, too. */
  get(key: string, user: object, make: () => T): T {
    const entry = this.entries.get(key) ?? { thing: make(), users: new Set() };
    this.entries.set(key, entry);
    entry.users.add(user);
    return entry.thing;
  }

  /** Says that a user needs nothing any more. */
  release(user: object): void {
    for (const [key, { thing, users }] of this.entries) {
      if (!users.delete(user) || users.size > 0) continue;
      this.entries.delete(key);
      this.giveBack(thing);
    }
  }

  /** Gives everything back. */
  clear(): void {
    for (const { thing } of this.entries.values()) this.giveBack(thing);
    this.entries.clear();
  }
}

/** The key of a number, in which zero and minus zero are two. */
export function keyOf(value: number): string {
  return Object.is(value, -0) ? '-0' : `${value}`;
}
