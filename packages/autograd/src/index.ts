/** Reverse-mode differentiation. */

export { checkGrads, GRADIENT_TOLERANCE } from './checkGrads.ts';
export { definePrimitive, type PrimitiveDefinition } from './definePrimitive.ts';
export { grad } from './grad.ts';
export { formatTrace, type Sent, type TraceStep, trace } from './trace.ts';
export { valuesAndGradients } from './valuesAndGradients.ts';
export { withGradient } from './withGradient.ts';
