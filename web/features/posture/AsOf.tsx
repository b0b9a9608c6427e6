import { useEffect, useState } from 'react';
import { DayInput, dayAhead } from '../../ui/DayInput.js';
import { dayOf } from './past-moment.js';

const EARLIEST = '2000-01-01';

interface AsOfProps {
  at: string | undefined;
  onChange: (day: string | undefined) => void;
}

/** Picks a past day; empty or today means now. A half-typed or future date is ignored. */
export function AsOf({ at, onChange }: AsOfProps) {
  const [typed, setTyped] = useState(dayOf(at));
  useEffect(() => setTyped(dayOf(at)), [at]);
  return (
    <DayInput
      label="As of"
      size="sm"
      value={typed}
      minDays={-9_000}
      maxDays={0}
      onChange={(day) => {
        setTyped(day);
        if (day === '' || day === dayAhead(0)) onChange(undefined);
        else if (day >= EARLIEST && day < dayAhead(0)) onChange(day);
      }}
    />
  );
}
