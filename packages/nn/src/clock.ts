/** Time since the call: on the clock, and of all cores of this process, user and system. */
export function startClock(): () => { seconds: number; coreSeconds: number } {
  const [start, usage] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(usage);
    return { seconds: (performance.now() - start) / 1000, coreSeconds: (user + system) / 1e6 };
  };
}
