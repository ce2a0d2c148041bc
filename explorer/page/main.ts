/** The page. */
import { startExplorer } from './explorer.ts';
import { keepForOffline } from './keepForOffline.ts';
import { Looking } from './looking.ts';
import { watchMethods } from './methods.ts';
import { watchAddress } from './parts.ts';
import { Restoring } from './restoring.ts';
import { watchSource } from './source.ts';
import { watchFormula } from './teaching.ts';
import { Training } from './training.ts';
import { watchDivide } from './view.ts';

const explorer = startExplorer();
const looking: Looking = new Looking(explorer, () => restoring.scene());
const restoring = new Restoring(explorer, () => looking.clear());

watchAddress();
keepForOffline(explorer);
watchFormula(explorer);
watchDivide();
watchMethods(explorer);
new Training(explorer);
watchSource(explorer, (picture) => restoring.open(picture));
