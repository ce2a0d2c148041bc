/** Fill and border of a node: of what is computed first, and of the rest. */
export const COLOURS = {
  forward: { fill: '#dbeafe', border: '#2563eb' },
  backward: { fill: '#fee2e2', border: '#dc2626' },
} as const;

export const TEXT_COLOUR = '#111111';
