import { byId } from './elements.ts';

/** The parts of the page, by how an address that leads to them begins. */
const PARTS = {
  '#restore': byId('restoring', HTMLElement),
  '#train': byId('training', HTMLElement),
  '#formula': byId('formulas', HTMLElement),
};

/** Shows the part of the page that its address names, or the first. */
export function watchAddress(): void {
  const show = () => {
    const chosen = Object.keys(PARTS).find((address) => location.hash.startsWith(address)) ?? '#restore';
    for (const [address, part] of Object.entries(PARTS)) part.hidden = address !== chosen;
    for (const link of document.querySelectorAll('nav a'))
      link.ariaCurrent = link.getAttribute('href') === chosen ? 'page' : null;
  };
  addEventListener('hashchange', show);
  show();
}
