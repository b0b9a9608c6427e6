import { TextInput, type TextInputProps } from '@mantine/core';

interface DayInputProps extends Omit<TextInputProps, 'value' | 'onChange' | 'min' | 'max'> {
  /** `2026-11-23`, or empty. */
  value: string;
  onChange: (day: string) => void;
  minDays?: number;
  maxDays: number;
}

export function DayInput({ value, onChange, minDays = 1, maxDays, ...input }: DayInputProps) {
  return (
    <TextInput
      {...input}
      type="date"
      value={value}
      min={dayAhead(minDays)}
      max={dayAhead(maxDays)}
      maw={220}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function dayAhead(days: number, now = Date.now()): string {
  return new Date(now + days * 86_400_000).toISOString().slice(0, 10);
}

/** The end of that day in UTC; undefined for an empty or invalid date. */
export function endOfDay(day: string): string | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? `${day}T23:59:59.000Z` : undefined;
}
