export { METRICS, type Metric, type NlrnConfig, PAPER_CONFIG, nlrnConfigSchema } from './config.ts';
export { type Network, parameterCount } from './network.ts';
export { createNlrn } from './model.ts';
export { restorationLoss } from './loss.ts';
