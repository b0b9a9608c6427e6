import { NumberInput } from '@mantine/core';

export type Numbers = Record<string, number | string>;

interface AskedNumbersProps {
  asked: readonly {
    parameter: string;
    title: string;
    unit: string;
    min?: number;
    max?: number;
  }[];
  values: Numbers;
  onChange: (values: Numbers) => void;
}

/** A field for each number that a requirement asks for. */
export function AskedNumbers({ asked, values, onChange }: AskedNumbersProps) {
  return asked.map(({ parameter, title, unit, min, max }) => (
    <NumberInput
      key={parameter}
      label={`${title} (${unit})`}
      description={min === undefined ? `At most ${max} asked for.` : `At least ${min} asked for.`}
      value={values[parameter] ?? ''}
      onChange={(value) => onChange({ ...values, [parameter]: value })}
      min={1}
    />
  ));
}

/** The stated numbers as a request has them; nothing while all fields are empty. */
export function valuesOf(numbers: Numbers): { values?: Record<string, number> } {
  const stated = Object.entries(numbers).filter(([, value]) => Number(value) > 0);
  if (stated.length === 0) return {};
  return { values: Object.fromEntries(stated.map(([name, value]) => [name, Number(value)])) };
}
