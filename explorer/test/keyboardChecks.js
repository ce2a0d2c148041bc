// Runs in the browser. JavaScript: what TypeScript is compiled to needs helpers that the page does not have.

/** Pixels that the line around what has the focus is wide, at least (WCAG 2.2, 2.4.13). */
const OUTLINE = 2;

const CAN_BE_REACHED = 'a[href], button, input, select, textarea, [tabindex="0"]';

/** What a control is called here; one of several radio buttons stands for all of them. */
function nameOf({ type, name, id, ariaLabel, labels, textContent }) {
  if (type === 'radio') return name;
  return id || ariaLabel || (labels?.[0]?.textContent ?? textContent).trim();
}

/** Whether it is on the screen with a line around it. */
function isSeen(element) {
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { top, bottom } = element.getBoundingClientRect();
  const isOutlined = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= OUTLINE;
  return isOutlined && top < innerHeight && bottom > 0;
}

globalThis.keyboardChecks = {
  /** What can be used in the page as it is, in the order of the page. */
  reachable() {
    const all = [...document.querySelectorAll(CAN_BE_REACHED)];
    const usable = all.filter((element) => !element.disabled && element.checkVisibility());
    return [...new Set(usable.map(nameOf))];
  },

  /** Where the keyboard is, and whether one sees that; null outside of the page. */
  focused() {
    const element = document.activeElement;
    return element === document.body ? null : { name: nameOf(element), isSeen: isSeen(element) };
  },
};
