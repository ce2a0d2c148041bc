/** What the kernels export to run a program: the interpreter. */
export interface KernelExports {
  execute(program: number, sync: number, spare: number, thread: number, threads: number): void;
}

/** Instances of the kernels share one memory, and each thread has its own. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): WebAssembly.Instance {
  const abort = (_message: number, _file: number, line: number) => {
    throw new Error(`a kernel has failed at line ${line}`);
  };
  return new WebAssembly.Instance(module, { env: { memory, abort } });
}

/** The interpreter in an instance of the kernels. */
export function kernelsIn(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  return instantiate(module, memory).exports as unknown as KernelExports;
}
