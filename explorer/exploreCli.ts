import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Cli,
  type Command,
  checkOptions,
  forceOption,
  number,
  text,
  UserError,
  userPath,
} from '@nlrn/cli';
import { isFolder, makeFolder, replaceFile } from '@nlrn/files';
import type { InferredOptionTypes, Options } from 'yargs';
import * as z from 'zod';
import { bundle } from './lib/bundle.ts';
import { ISOLATION } from './lib/isolation.ts';
import { serve } from './lib/serve.ts';

const exploreOptions = {
  port: number(
    'Where the page is served, on this machine alone: 8019 by default; 0 is any port that is free',
  ),
  build: text('Write the page into this folder, for any static host, and end'),
  force: forceOption,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof exploreOptions>;

const MOST_PORT = 65_535;

const portSchema = z.object({ port: z.int().min(0).max(MOST_PORT).default(8019) });

const exploreCommand: Command<Arguments> = {
  command: '$0',
  describe: 'Serve the explorer, a page in which networks restore pictures and are looked into',
  options: exploreOptions,
  builder: (yargs) =>
    yargs.example('$0', 'then open http://localhost:8019/').example('$0 --build site', 'for a static host'),
  handler: explore,
};

async function explore(args: Arguments): Promise<void> {
  if (args.build !== undefined) {
    if (args.port !== undefined)
      throw new UserError(`--port ${args.port}: nothing is served with --build; leave one of them out`);
    return build(userPath(args.build), args.force);
  }
  if (args.force)
    throw new UserError('--force: does nothing without --build; give that too, or leave it out');
  const { port } = checkOptions(portSchema, args);
  const { address } = await serve(await bundle(), { port });
  console.log(`the explorer is at ${address}; Ctrl-C stops it`);
}

/** Writes the page's files. Throws UserError for a folder that has others, without `force`. */
async function build(folder: string, force: boolean): Promise<void> {
  const isThere = existsSync(folder);
  if (isThere && !isFolder(folder))
    throw new UserError(`--build ${folder}: is no folder; name one, or a new one`);
  if (!force && isThere && readdirSync(folder).length > 0)
    throw new UserError(`--build ${folder}: the folder is not empty; name another, or give --force`);
  const site = await bundle();
  for (const [path, contents] of site) {
    makeFolder(dirname(join(folder, path)));
    replaceFile(join(folder, path), [contents]);
  }
  console.log(`wrote ${site.size} files into ${folder}`);
  console.log(
    `for threads at the first visit, the host must send ${Object.entries(ISOLATION)
      .map((header) => header.join(': '))
      .join(' and ')}`,
  );
}

/** `pnpm explore` */
export const exploreCli: Cli = {
  name: 'pnpm explore',
  summary: 'The explorer: the engine in a page of a browser',
  commands: [exploreCommand],
};
