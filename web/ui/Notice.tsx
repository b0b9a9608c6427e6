import { Alert } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface NoticeProps {
  tone: 'amber' | 'red' | 'blue';
  icon: LucideIcon;
  title: string;
  /** Announced by screen readers at once; otherwise when they pause. */
  urgent?: boolean;
  children: ReactNode;
}

const colors = { amber: 'orange', red: 'red', blue: 'blue' } as const;

/** Something the user should know before continuing, and what to do about it. */
export function Notice({ tone, icon: Icon, title, urgent = false, children }: NoticeProps) {
  return (
    <Alert
      role={urgent ? 'alert' : 'status'}
      variant="outline"
      color={colors[tone]}
      icon={<Icon aria-hidden />}
      title={title}
      styles={{
        root: { background: 'var(--app-surface)' },
        title: { color: `var(--tone-${tone}-fg)` },
        icon: { color: `var(--tone-${tone}-fg)` },
      }}
    >
      {children}
    </Alert>
  );
}
