/**
 * Time since the call: on the clock, and of all cores of this process, user and system. A page cannot ask for the latter:
 * there it is the clock's.
 */
export function startClock(): () => { seconds: number; coreSeconds: number } {
  const start = performance.now();
  const cpu = (globalThis as { process?: typeof process }).process?.cpuUsage;
  const usage = cpu?.();
  return () => {
    const seconds = (performance.now() - start) / 1000;
    if (!cpu) return { seconds, coreSeconds: seconds };
    const { user, system } = cpu(usage);
    return { seconds, coreSeconds: (user + system) / 1e6 };
  };
}
