import { replaceFile } from '../src/replaceFile.ts';

/** A process that writes a file of 20 MB over and over and waits to be killed: `replaceProcess.ts PATH`. */
const [path = ''] = process.argv.slice(2);
const bytes = Buffer.alloc(2e7, 'x');
for (;;) replaceFile(path, [bytes]);
