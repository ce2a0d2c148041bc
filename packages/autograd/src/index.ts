export { grad, valueAndGrad } from './grad.ts';
export { ADAM_DEFAULTS, PAPER_CLIP_NORM, adamState, adamUpdates, clipByGlobalNorm } from './optim.ts';
export { type Schedule, halvedFiveTimes, oneCycle } from './schedule.ts';
export { xavierUniform } from './init.ts';
export { GRADIENT_TOLERANCE, checkGrads } from './checkGrads.ts';
