import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './Tag.module.css';

export type Tone = 'green' | 'amber' | 'red' | 'orange' | 'blue' | 'gray' | 'strong';

interface TagProps {
  tone: Tone;
  icon?: LucideIcon;
  title?: string;
  children: ReactNode;
}

/** A short label with a tone. The text carries the meaning; colour and icon only help to spot it. */
export function Tag({ tone, icon: Icon, title, children }: TagProps) {
  return (
    <span className={classes.tag} data-tone={tone} title={title}>
      {Icon && <Icon size={13} strokeWidth={2.25} aria-hidden />}
      {children}
    </span>
  );
}
