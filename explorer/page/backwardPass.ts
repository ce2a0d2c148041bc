import { element } from './elements.ts';
import { drawGraph } from './graph.ts';
import { scrolled } from './scrolled.ts';
import type { Moment } from './worker/teach.ts';

/** Milliseconds that a moment is shown when they follow each other by themselves. */
const PACE = 1200;

const NAME = 'The graph with the cotangents of this step';

/** The moments of a backward pass: one is shown, a slider chooses which, and a button lets them follow each other. */
export function watchMoments(moments: readonly Moment[]): HTMLElement {
  const slider = element('input');
  Object.assign(slider, { type: 'range', min: '0', max: String(moments.length - 1), value: '0' });
  const label = element('label', 'Step ', slider);
  const words = element('output');
  const play = element('button', 'Play');
  play.type = 'button';
  const picture = scrolled('', NAME);
  const show = () => {
    const { words: said, graph } = moments[Number(slider.value)]!;
    words.textContent = said;
    picture.replaceChildren(drawGraph(graph, NAME));
  };
  slider.addEventListener('input', show);
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    play.textContent = 'Play';
  };
  const next = () => {
    // A page that shows another formula by now has taken it away.
    if (!slider.isConnected || slider.value === slider.max) return stop();
    slider.value = String(Number(slider.value) + 1);
    show();
  };
  play.addEventListener('click', () => {
    if (timer !== undefined) return stop();
    if (slider.value === slider.max) slider.value = '0';
    show();
    play.textContent = 'Pause';
    timer = setInterval(next, PACE);
  });
  show();
  return element('div', element('p', label, ' ', play), element('p', words), picture);
}
