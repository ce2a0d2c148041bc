/** Bytes of so many float64 numbers. */
@inline
export function doubles(count: i32): usize {
  return <usize>count * sizeof<f64>();
}

/** Up to a whole number of fours: rows and columns of tiles. */
@inline
export function inFours(count: i32): i32 {
  return (count + 3) & ~3;
}

@inline
export function get(at: usize, i: i32): f64 {
  return load<f64>(at + doubles(i));
}

@inline
export function set(at: usize, i: i32, value: f64): void {
  store<f64>(at + doubles(i), value);
}

@inline
export function sumOf(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** Sets `count` numbers to zero. */
export function clear(at: usize, count: i32): void {
  for (let i = 0; i < count; i++) set(at, i, 0);
}
