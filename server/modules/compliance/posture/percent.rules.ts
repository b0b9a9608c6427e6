/** 0–1 → 0–100 with one decimal; 100 only when it is exactly that. Order is kept. */
export function percent(share: number): number {
  const rounded = Math.round(share * 1000) / 10;
  return rounded === 100 && share < 1 ? 99.9 : rounded;
}
