/** The part of a page's and its workers' interface that is used here; TypeScript has it only with the whole DOM. */
declare var crossOriginIsolated: boolean | undefined;

declare class Worker {
  constructor(address: string);
  onmessage: (event: { readonly data: never }) => void;
  onerror: (event: { readonly message: string }) => void;
  postMessage(data: unknown): void;
  terminate(): void;
}

/** In a worker: listens to its page, and tells it something. */
declare function addEventListener(type: 'message', listener: (event: { readonly data: never }) => void): void;
declare function postMessage(data: unknown): void;
