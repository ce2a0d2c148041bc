/** What packaging/kernels/wnnm.ts makes: the kernels, in base64. */
declare module '*/build/lowRank.js' {
  const packed: string;
  export default packed;
}
