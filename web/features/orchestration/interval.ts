export const UNITS = [
  { label: 'seconds', ms: 1_000 },
  { label: 'minutes', ms: 60_000 },
  { label: 'hours', ms: 3_600_000 },
  { label: 'days', ms: 86_400_000 },
] as const;

/** An interval as two fields hold it. */
export interface Interval {
  amount: string;
  unit: string;
}

export function intervalOf(everyMs: number | null): Interval {
  const ms = everyMs ?? 3_600_000;
  const unit = UNITS.findLast((each) => ms % each.ms === 0) ?? UNITS[0];
  return { amount: String(ms / unit.ms), unit: unit.label };
}

/** NaN for an amount that is no number. */
export function msOf({ amount, unit }: Interval): number {
  const ms = UNITS.find(({ label }) => label === unit)?.ms ?? 1_000;
  return Math.round(Number(amount) * ms);
}
