import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What makes a page cross-origin isolated. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export interface PageServer {
  /** The page that runs the script, isolated or not. */
  address(isolated: boolean): string;
  close(): void;
}

/** Serves a page with a script to this machine. */
export async function servePage(script: string): Promise<PageServer> {
  const server = createServer(({ url = '' }, response) => {
    const isScript = url.endsWith('.js');
    const type = isScript ? 'text/javascript' : 'text/html';
    response.writeHead(200, { 'Content-Type': type, ...(url.startsWith('/isolated/') && ISOLATED) });
    response.end(
      isScript ? script : '<!doctype html><link rel="icon" href="data:,"><script src="page.js"></script>',
    );
  });
  const port = await listening(server);
  return {
    address: (isolated) => `http://localhost:${port}/${isolated ? 'isolated' : 'plain'}/`,
    close: () => server.close(),
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, 'localhost', () => resolve((server.address() as AddressInfo).port));
  });
}
