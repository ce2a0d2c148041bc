/** Text that is HTML already: what `html` makes, and what is trusted to be markup. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | null | readonly Value[];

/**
 * HTML from a template; every value in it is escaped, so that no name or message of a results file becomes markup.
 *
 *   html`<td>${'a < b'}</td>`    <td>a &lt; b</td>
 *
 * Values that are Html stay as they are, lists are joined, null is empty. Attribute values must be in quotes.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(markup)));
}

/** Marks text of our own as HTML: a style sheet, an SVG document. */
export function trusted(text: string): Html {
  return new Html(text);
}

function markup(value: Value): string {
  if (value === null) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(markup).join('');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
