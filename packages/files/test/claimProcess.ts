import { claim } from '../src/claim.ts';

/** A process that claims a file and waits to be killed: `claimProcess.ts PATH`. */
claim(process.argv[2] ?? '');
process.stdout.write('claimed\n');
setInterval(() => {}, 1000);
