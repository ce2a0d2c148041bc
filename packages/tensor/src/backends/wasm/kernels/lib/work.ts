// How work is split between threads.
//
// A kernel is a function of the arguments that kernelTable.ts names, and of `thread` and `threads`. Its items (rows, tiles,
// pixels, …) are split into equal runs. Which thread computes an item never changes what is computed, so
// results do not depend on the number of threads. Sums over many items go through a fixed number of partial
// sums instead. Scratch memory belongs to one thread.

/** The first item of a thread's run; the next thread's first item is where it ends. */
export function firstItem(items: i32, thread: i32, threads: i32): i32 {
  return <i32>((<i64>items * <i64>thread) / <i64>threads);
}
