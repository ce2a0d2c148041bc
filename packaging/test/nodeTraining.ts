/** Prints the losses of Node: with relaxed SIMD, and without. */
import { wasmBackend } from '@nlrn/tensor';
import { trainNlrn } from './training.ts';

const relaxed = await trainNlrn(await wasmBackend());
const plain = await trainNlrn(await wasmBackend({ relaxed: false }));
console.log(JSON.stringify({ relaxed, plain }));
