// Runs in the browser, in each page that a test opens. JavaScript: what TypeScript is compiled to needs helpers that
// the page does not have.

function channels(color) {
  return color.match(/[\d.]+/g).map(Number);
}

/** Relative luminance of an sRGB colour (WCAG 2.2). */
function luminance(color) {
  const [r, g, b] = channels(color)
    .slice(0, 3)
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(color, other) {
  const [dark, light] = [luminance(color), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The colour behind an element: the nearest background that is not clear; a page without one is white. */
function behind(element) {
  if (element === null) return 'rgb(255, 255, 255)';
  const { backgroundColor } = getComputedStyle(element);
  return channels(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor;
}

function hasText(element) {
  return [...element.childNodes].some(
    (node) => node.nodeType === Node.TEXT_NODE && /\S/.test(node.textContent),
  );
}

function colorOf(element) {
  const { fill, color } = getComputedStyle(element);
  return element instanceof SVGElement ? fill : color;
}

const nameOf = (element) => `${element.tagName} ${element.textContent.trim().slice(0, 40)}`;

/** The element that a reader sees at a place of the page: text, a table, a drawing or a picture. */
const isContent = (x, y) =>
  document.elementFromPoint(x, y)?.closest('p, li, table, svg, img, figcaption, summary') != null;

globalThis.pageChecks = {
  /** Unfolds what is folded. */
  unfold() {
    for (const element of document.querySelectorAll('details')) element.open = true;
  },

  /** Of the heights of the page, the share at which something stands at that share of its width; all of it is in view. */
  filled(share) {
    const { clientWidth, scrollHeight } = document.documentElement;
    const heights = Array.from({ length: Math.floor(scrollHeight / 10) }, (_, i) => 10 * i + 5);
    return heights.filter((y) => isContent(share * clientWidth, y)).length / heights.length;
  },

  /** The last pixel of what a selector finds, from the top of the page. */
  bottomOf(selector) {
    return document.querySelector(selector).getBoundingClientRect().bottom + scrollY;
  },

  /** What reaches beyond the right edge. */
  beyondEdge() {
    const { clientWidth, scrollWidth } = document.documentElement;
    const beyond = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    );
    return [...(scrollWidth > clientWidth ? ['the page'] : []), ...beyond.map(nameOf)];
  },

  /** Texts with less contrast than `text`, signs in drawings with less than `sign`. */
  faint({ text, sign }) {
    const isSign = (element) => /^[▼▲=]$/.test(element.textContent);
    return [...document.querySelectorAll('body *')]
      .filter((element) => hasText(element) && !element.closest('style'))
      .filter((element) => contrast(colorOf(element), behind(element)) < (isSign(element) ? sign : text))
      .map((element) => `${nameOf(element)} ${colorOf(element)} on ${behind(element)}`);
  },
};
