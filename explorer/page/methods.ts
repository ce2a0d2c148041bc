import { byId, element } from './elements.ts';
import { type Explorer, showComputes } from './explorer.ts';
import type { Method } from './worker/models.ts';

const method = byId('method', HTMLSelectElement);
const weights = byId('weights', HTMLInputElement);

/** The method that is chosen; undefined is the best one for the noise. */
export function chosenMethod(): string | undefined {
  return method.value || undefined;
}

/** Lists the methods that there are, and those of the user's own weights; says what computes. */
export function watchMethods({ worker, attempt }: Explorer): void {
  void attempt(async () => {
    const { methods, backend: computes } = await worker.ask('open', undefined);
    method.append(...methods.map(optionOf));
    showComputes(computes);
  });
  weights.addEventListener('change', () =>
    attempt(async () => {
      const file = weights.files?.[0];
      if (!file) return;
      const bytes = new Uint8Array(await file.arrayBuffer());
      // The same file may be chosen again, when it has other weights.
      weights.value = '';
      const added = await worker.ask('addModel', { name: file.name, bytes });
      [...method.options].find(({ value }) => value === added.name)?.remove();
      method.append(optionOf(added));
      method.value = added.name;
    }),
  );
}

function optionOf({ name, about }: Method): HTMLOptionElement {
  return Object.assign(element('option', about), { value: name });
}
