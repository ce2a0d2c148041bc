import { type Html, html } from './html.ts';

/** A column: its heading, what it says of a row, and how it is set. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Html | string | number;
  /** Set to the right, in figures of equal width */
  readonly numeric?: boolean;
}

/**
 * A table whose first column names its rows. On a narrow screen each row becomes a card, each cell labelled by its
 * heading (`style.css`); the roles keep it a table for who listens to it then.
 */
export function table<Row>(
  caption: Html | string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Html {
  const heading = ({ title, numeric }: Column<Row>) =>
    html`<th role="columnheader" scope="col" class="${numeric ? 'number' : 'text'}">${title}</th>`;
  const cell = ({ title, cell, numeric }: Column<Row>, row: Row) =>
    html`<td role="cell" data-title="${title}" class="${numeric ? 'number' : 'text'}">${cell(row)}</td>`;
  const [name, ...others] = columns;
  return html`<table role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(heading)}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  (
    row,
  ) => html`<tr role="row"><th role="rowheader" scope="row">${name!.cell(row)}</th>${others.map((column) => cell(column, row))}</tr>
`,
)}</tbody>
</table>`;
}
