import { element } from './elements.ts';

/** What may be wider than the page: it scrolls by itself, with the keyboard, too. */
export function scrolled(content: Node | string, label: string): HTMLElement {
  const block = element('div', content);
  block.className = 'scrolled';
  block.tabIndex = 0;
  block.setAttribute('role', 'region');
  block.ariaLabel = label;
  return block;
}
