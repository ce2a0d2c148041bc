/** jstat comes without types; this is what we use of it. */
declare module 'jstat' {
  const jStat: {
    /** Student's t distribution; `inv` is its quantile at p, for any positive degrees of freedom */
    readonly studentt: { inv(p: number, degreesOfFreedom: number): number };
  };
  export default { jStat };
}
