import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Html, html, trusted } from './html.ts';

const STYLE = readFileSync(join(import.meta.dirname, 'style.css'), 'utf8');

/** What a page is made of. */
export interface Document {
  readonly title: string;
  readonly heading: string;
  readonly introduction: string;
  /** The sections that the contents name */
  readonly links: readonly (readonly [id: string, name: string])[];
  readonly sections: readonly (Html | readonly Html[] | null)[];
}

/** One HTML file that loads nothing else. */
export function documentOf({ title, heading, introduction, links, sections }: Document): string {
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<header>
<h1>${heading}</h1>
<p class="quiet">${introduction}</p>
</header>
<nav aria-label="Contents"><ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>
${sections.map((section) => html`${section}\n`)}</main>
</body>
</html>
`;
  return text;
}
