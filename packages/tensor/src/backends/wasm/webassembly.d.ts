/** The part of the WebAssembly JavaScript interface that is used here; TypeScript has it only with the whole DOM. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: boolean });
    readonly buffer: ArrayBufferLike;
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class Global {
    constructor(descriptor: { readonly value: string }, value: number);
    readonly value: number;
  }
  function compile(bytes: ArrayBuffer): Promise<Module>;
  function compileStreaming(response: Response): Promise<Module>;
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}

/** What packaging/kernels/tensor.ts makes: the kernels as `WasmHost.compilePacked` takes them, and what threads run. */
declare module '*/build/kernels.js' {
  const packed: string;
  export default packed;
}
declare module '*/build/kernelsPlain.js' {
  const packed: string;
  export default packed;
}
declare module '*/build/worker.js' {
  const program: string;
  export default program;
}
declare module '*/build/nodeWorker.js' {
  const program: string;
  export default program;
}
declare module '*/build/nodeWatcher.js' {
  const program: string;
  export default program;
}
