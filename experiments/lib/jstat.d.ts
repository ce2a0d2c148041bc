/** jstat comes without types; this is what we use of it. */
declare module 'jstat' {
  const jStat: {
    /** Student's t distribution, for any positive degrees of freedom; `inv` is its quantile at p */
    readonly studentt: {
      inv(p: number, degreesOfFreedom: number): number;
      cdf(t: number, degreesOfFreedom: number): number;
    };
  };
  export default { jStat };
}
