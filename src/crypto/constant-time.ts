// Branch-free selection over bytes and small integers. A mask is -1 (all ones) for true and 0 for false.

/** -1 where `a` equals `b`, else 0; both in 0..2^30. */
export function maskEqual(a: number, b: number): number {
  const difference = a ^ b
  return ((difference | -difference) >> 31) ^ -1
}

/** -1 where `a` is less than `b`, else 0; both in 0..2^30. */
export function maskLess(a: number, b: number): number {
  return (a - b) >> 31
}

/** `a` where the mask is -1, `b` where it is 0. */
export function select(mask: number, a: number, b: number): number {
  return (a & mask) | (b & ~mask)
}
