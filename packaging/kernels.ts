/** Compiles what is written in AssemblyScript, each part unless that has been done for just its sources. */
import '../packages/tensor/src/backends/wasm/build.ts';
import '../packages/classic/src/wnnm/build.ts';
