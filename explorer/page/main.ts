/** The page. */
import { startExplorer } from './explorer.ts';
import { watchMethods } from './methods.ts';
import { Restoring } from './restoring.ts';
import { watchSource } from './source.ts';
import { watchDivide } from './view.ts';

const explorer = startExplorer();
const restoring = new Restoring(explorer);

watchDivide();
watchMethods(explorer);
watchSource(explorer, (picture) => restoring.open(picture));
