// How work is split between threads, and how kernels read their arguments.
//
// A kernel is a function (args, thread, threads): args points at its 32-bit arguments. Its items (rows, tiles,
// pixels, …) are split into equal runs. Which thread computes an item never changes what is computed, so
// results do not depend on the number of threads. Sums over many items go through a fixed number of partial
// sums instead.

/** Argument number `i` as an integer or address. */
export function integer(args: usize, i: i32): i32 {
  return load<i32>(args + (<usize>i << 2));
}

export function pointer(args: usize, i: i32): usize {
  return <usize>load<u32>(args + (<usize>i << 2));
}

export function real(args: usize, i: i32): f32 {
  return load<f32>(args + (<usize>i << 2));
}

/** The first item of a thread's run; the next thread's first item is where it ends. */
export function firstItem(items: i32, thread: i32, threads: i32): i32 {
  return <i32>((<i64>items * <i64>thread) / <i64>threads);
}
