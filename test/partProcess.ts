/** A process that runs the test files it is sent, and sends their counts back. */
import { once } from 'node:events';
import { runFiles, type TestFile } from './runFiles.ts';

const [files] = (await once(process, 'message')) as [readonly TestFile[]];
const counts = await runFiles(files);
process.send!(counts, () => process.disconnect!());
