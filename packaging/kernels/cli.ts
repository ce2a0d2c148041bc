/** Compiles what is written in AssemblyScript, each part unless that has been done for just its sources. */
import './tensor.ts';
import './wnnm.ts';
