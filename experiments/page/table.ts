import { type Html, html } from './html.ts';

type Content = Html | string | number;

/** A column: its heading, and what it says of a row; nothing for `''`. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Content;
  /** Set to the right, in figures of equal width */
  readonly numeric?: boolean;
  /** Folded on a narrow screen */
  readonly isExtra?: boolean;
}

/** Columns that have room on a phone, beside the one of names. */
const FEW = 3;

/**
 * A table whose first column names its rows. On a narrow screen each row is a card, its cells labelled by their
 * headings (`style.css`), unless it has few columns; the roles keep it a table for screen readers then. Extra columns are
 * shown there when what stands before the table is unfolded.
 */
export function table<Row>(
  caption: Content,
  [name, ...columns]: readonly [Column<Row>, ...Column<Row>[]],
  rows: readonly Row[],
): Html {
  const hasExtra = columns.some(({ isExtra }) => isExtra);
  return html`${hasExtra ? html`<details class="more"><summary>All columns</summary></details>` : null}<table role="table" class="${columns.length < FEW ? 'plain' : 'cards'}">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${[name, ...columns].map(heading)}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  (
    row,
  ) => html`<tr role="row"><th role="rowheader" scope="row">${name.cell(row)}</th>${columns.map((column) => cell(column, row))}</tr>
`,
)}</tbody>
</table>`;
}

function heading<Row>({ title, numeric }: Column<Row>): Html {
  return html`<th role="columnheader" scope="col" class="${numeric ? 'number' : 'text'}">${title}</th>`;
}

function cell<Row>({ title, cell, numeric, isExtra }: Column<Row>, row: Row): Html {
  const content = cell(row);
  const kind = content === '' ? 'empty' : numeric ? 'number' : 'text';
  return html`<td role="cell" data-title="${title}" class="${kind}${isExtra ? ' extra' : ''}">${content}</td>`;
}
