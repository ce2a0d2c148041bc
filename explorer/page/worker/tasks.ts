import { generateImage, type Image, type Kind } from '@nlrn/data';
import { type Quality, quality } from '@nlrn/nn';
import type { Task } from '../protocol.ts';
import { backend } from './backend.ts';
import { look } from './look.ts';
import { addModel, methods } from './models.ts';
import { addNoise } from './noise.ts';
import { restore } from './restore.ts';
import { teach } from './teach.ts';
import { startTraining, trainStep } from './training.ts';

/** What the worker can do for the page. */
export const TASKS = {
  /** What computes, and the methods that there are */
  open: async () => ({ methods: await methods(), backend: (await backend()).description }),
  generate: ({ kind, side, seed }: { kind: Kind; side: number; seed: number }): Image =>
    generateImage(kind, { width: side, height: side, seed }),
  addNoise,
  quality: ({ truth, other }: { truth: Image; other: Image }): Quality =>
    quality({ name: 'the picture', image: truth }, other),
  addModel,
  restore,
  look,
  teach,
  startTraining,
  trainStep,
} satisfies Readonly<Record<string, Task<never, unknown>>>;

export type Tasks = typeof TASKS;
