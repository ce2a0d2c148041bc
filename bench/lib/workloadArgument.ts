/** The argument that says which workloads are timed. */
export const workloadArgument = {
  type: 'string',
  describe: "The beginning of a workload's name; all without it",
} as const;
