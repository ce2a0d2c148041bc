/** The page's worker: all that computes. */
import { answer } from './answer.ts';
import { TASKS } from './tasks.ts';

answer(TASKS);
