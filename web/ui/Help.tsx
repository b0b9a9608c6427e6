import { Tooltip, UnstyledButton } from '@mantine/core';
import { CircleHelp } from 'lucide-react';
import classes from './Help.module.css';

/** A question mark whose tooltip works with mouse, keyboard and touch. */
export function Help({ about, text }: { about: string; text: string }) {
  return (
    <Tooltip label={text}>
      <UnstyledButton className={classes.help} aria-label={`${about}: ${text}`}>
        <CircleHelp size={15} aria-hidden />
      </UnstyledButton>
    </Tooltip>
  );
}
