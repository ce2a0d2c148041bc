import { byId } from './elements.ts';

/** The parts of the page, by how an address that leads to them begins. */
const PARTS = {
  '#restore': byId('restoring', HTMLElement),
  '#train': byId('training', HTMLElement),
  '#formula': byId('formulas', HTMLElement),
};

type Address = keyof typeof PARTS;

/** Calls `start` when a part of the page is shown for the first time: what nobody looks at is not computed. */
export function whenShown(address: Address, start: () => void): void {
  const look = () => {
    if (chosenPart() !== address) return;
    removeEventListener('hashchange', look);
    start();
  };
  addEventListener('hashchange', look);
  look();
}

/** Shows a part of the page, if it is not shown. */
export function showPart(address: Address): void {
  if (chosenPart() !== address) location.hash = address;
}

function chosenPart(): Address {
  const addresses = Object.keys(PARTS) as Address[];
  return addresses.find((address) => location.hash.startsWith(address)) ?? '#restore';
}

/** Shows the part of the page that its address names, or the first. */
export function watchAddress(): void {
  const show = () => {
    const chosen = chosenPart();
    for (const [address, part] of Object.entries(PARTS)) part.hidden = address !== chosen;
    for (const link of document.querySelectorAll('nav a'))
      link.ariaCurrent = link.getAttribute('href') === chosen ? 'page' : null;
  };
  addEventListener('hashchange', show);
  show();
}
