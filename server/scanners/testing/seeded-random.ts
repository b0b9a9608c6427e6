/** A well mixed 32-bit number from three: the same for the same, without a state to carry. */
export function random32(seed: number, index: number, stream: number): number {
  let x = (seed ^ Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(stream, 0x85ebca6b)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

export type Shuffled = (index: number) => number;

/** A permutation of 0 … count - 1, seeded. */
export function shuffledIndex(seed: number, count: number): Shuffled {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = random32(seed, i, 9) % (i + 1);
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  return (index) => order[index] ?? index;
}
