import { type Html, html } from './html.ts';

/** Files that were left out, each with its fault; null if there is none. */
export function faultsSection(faults: readonly string[]): Html | null {
  if (faults.length === 0) return null;
  return html`<section class="fault" id="faults">
<h2>Files left out</h2>
<ul>${faults.map((fault) => html`<li>${fault}</li>`)}</ul>
</section>`;
}
