export { checkGrads, GRADIENT_TOLERANCE } from './checkGrads.ts';
export { grad, valueAndGrad } from './grad.ts';
export { xavierUniform } from './init.ts';
export { ADAM_DEFAULTS, adamState, adamUpdates, clipByGlobalNorm, PAPER_CLIP_NORM } from './optim.ts';
export { halvedFiveTimes, oneCycle, type Schedule } from './schedule.ts';
