/** As much of an element as a drawing needs. */
export class Drawn {
  readonly attributes: Record<string, string> = {};
  readonly children: (Drawn | string)[] = [];
  setAttribute(name: string, value: string) {
    this.attributes[name] = value;
  }
  append(...children: (Drawn | string)[]) {
    this.children.push(...children);
  }
}

/** The parts of a drawing, which is made where there is no page. */
export function partsOf(draw: () => Element): Drawn[] {
  const make = () => new Drawn();
  globalThis.document = { createElement: make, createElementNS: make } as unknown as Document;
  try {
    return (draw() as unknown as { children: Drawn[] }).children;
  } finally {
    Reflect.deleteProperty(globalThis, 'document');
  }
}
