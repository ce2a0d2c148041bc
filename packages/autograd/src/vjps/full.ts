import type { Rules } from './rule.ts';

export const fullRules: Rules<'full'> = {
  full: () => [],
};
