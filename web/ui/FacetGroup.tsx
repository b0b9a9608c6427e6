import { Anchor, Checkbox, Stack } from '@mantine/core';
import { useId, useState } from 'react';
import classes from './FacetGroup.module.css';
import { count } from './format.js';

interface FacetGroupProps {
  title: string;
  values: readonly { value: string; count: number }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  labelOf?: (value: string) => string;
}

const SHOWN = 7;

/** One filter with the number of hits per value. Chosen values stay visible at zero hits. */
export function FacetGroup({ title, values, chosen, onChange, labelOf }: FacetGroupProps) {
  const id = useId();
  const [whole, setWhole] = useState(false);
  const missing = chosen.filter((each) => !values.some(({ value }) => value === each));
  const all = [...values, ...missing.map((value) => ({ value, count: 0 }))];
  if (all.length === 0) return null;
  const shown = whole
    ? all
    : all.filter(({ value }, index) => index < SHOWN || chosen.includes(value));
  const toggle = (value: string, on: boolean) =>
    onChange(on ? [...chosen, value] : chosen.filter((each) => each !== value));
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={classes.title}>
        {title}
      </h2>
      <Stack gap={2}>
        {shown.map(({ value, count: hits }) => (
          <Checkbox
            key={value}
            size="xs"
            checked={chosen.includes(value)}
            onChange={(event) => toggle(value, event.currentTarget.checked)}
            classNames={{ body: classes.body, labelWrapper: classes.wrapper, label: classes.label }}
            label={
              <>
                <span className={classes.value}>{labelOf?.(value) ?? (value || '(none)')}</span>
                <span className={`tabular ${classes.count}`}>{count(hits)}</span>
              </>
            }
          />
        ))}
        {all.length > SHOWN && (
          <Anchor
            component="button"
            type="button"
            size="sm"
            ta="left"
            onClick={() => setWhole(!whole)}
          >
            {whole ? 'Show fewer' : `Show all ${count(all.length)}`}
          </Anchor>
        )}
      </Stack>
    </section>
  );
}
