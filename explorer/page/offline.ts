/**
 * The page's service worker: keeps all files of this version of the page, and answers with them where the host cannot be
 * reached. What the host answers comes first, so that a new version is seen at once.
 *
 * It gives each answer the headers that isolate the page: on a host that does not send them, the page has threads from the
 * second visit on.
 */
import { ISOLATION } from '../lib/isolation.ts';

/** The files, by their paths below the page's address, which is one itself, and a name for just these: see lib/bundle.ts. */
declare const FILES: readonly string[];
declare const VERSION: string;

/** What a service worker has, of which TypeScript's types for pages know nothing. */
declare const self: {
  addEventListener(type: 'install' | 'activate', listener: (event: Lasting) => void): void;
  addEventListener(type: 'fetch', listener: (event: Asked) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
};

interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}

interface Asked {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const HERE = new URL('.', location.href).href;

/** Where a file is: names of weights may have blanks, and more, in them. */
const addressOf = (path: string) => HERE + path.split('/').map(encodeURIComponent).join('/');

/** How the names of what is kept begin: one host may have several explorers, one below another. */
const KEPT = `explorer ${HERE} `;

self.addEventListener('install', (event) => event.waitUntil(keep()));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('fetch', (event) => {
  if (isOwn(event.request)) event.respondWith(answer(event.request));
});

async function keep(): Promise<void> {
  const kept = await caches.open(`${KEPT}${VERSION}`);
  await kept.addAll(FILES.map((path) => new Request(addressOf(path), { cache: 'no-cache' })));
  await self.skipWaiting();
}

async function takeOver(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(KEPT) && !name.endsWith(VERSION));
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

function isOwn({ url, method }: Request): boolean {
  return method === 'GET' && FILES.some((path) => addressOf(path) === url.replace(/[?#].*/, ''));
}

async function answer(request: Request): Promise<Response> {
  const response = await fetch(request).catch(async (error) => {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  });
  // The browser follows it, and asks again.
  if (response.type === 'opaqueredirect') return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
