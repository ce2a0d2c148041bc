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

globalThis.pageChecks = {
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
