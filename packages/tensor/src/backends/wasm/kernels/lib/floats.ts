/** Bytes of so many float32 numbers. */
@inline
export function floats<T>(count: T): usize {
  return <usize>count * sizeof<f32>();
}
