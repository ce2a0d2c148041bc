import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { UserError } from '@nlrn/cli';
import type { Site } from './bundle.ts';
import { ISOLATION } from './isolation.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** A site that is served to this machine alone. */
export interface Served {
  readonly address: string;
  close(): void;
}

export interface ServeOptions {
  /** 0 is any that is free */
  readonly port: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Serves files as a static host does. Throws UserError where the port is taken. */
export async function serve(site: Site, { port, headers = ISOLATION }: ServeOptions): Promise<Served> {
  const server = createServer(({ url = '/' }, response) => {
    const path = pathIn(url);
    const contents = site.get(path);
    if (!contents) return void response.writeHead(404, headers).end('there is no such file');
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'Content-Type': type, 'Cache-Control': 'no-cache' });
    response.end(contents);
  });
  const address = `http://localhost:${await listening(server, port)}/`;
  return {
    address,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The path that an address asks for, `index.html` for none; empty, which no file's is, where its `%` mean nothing. */
function pathIn(url: string): string {
  try {
    return decodeURIComponent(url.split(/[?#]/)[0]!.slice(1)) || 'index.html';
  } catch {
    return '';
  }
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ message }) =>
      reject(new UserError(`--port ${port}: cannot be served (${message}); give another`)),
    );
    server.listen(port, 'localhost', () => resolve((server.address() as AddressInfo).port));
  });
}
