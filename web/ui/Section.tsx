import { Group, Paper, type PaperProps, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface SectionProps extends Omit<PaperProps, 'title'> {
  title: string;
  help?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A titled card, and a landmark region for screen readers. */
export function Section({ title, help, actions, children, ...paper }: SectionProps) {
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} {...paper}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Group gap={6}>
          <Title order={2} id={id}>
            {title}
          </Title>
          {help}
        </Group>
        {actions}
      </Group>
      {children}
    </Paper>
  );
}
