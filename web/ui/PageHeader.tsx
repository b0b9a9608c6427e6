import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface PageHeaderProps {
  title: string;
  /** Above the title: links to the parent pages. */
  crumb?: ReactNode;
  about?: ReactNode;
  tags?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, crumb, about, tags, actions }: PageHeaderProps) {
  useDocumentTitle(`${title} · OffloadSecurity`);
  return (
    <Group justify="space-between" align="flex-start" gap="md" mb="lg">
      <Stack gap={6} miw={0} flex="1 1 320px">
        {crumb && <Text size="sm">{crumb}</Text>}
        <Group gap="sm">
          <Title order={1}>{title}</Title>
          {tags}
        </Group>
        {about && (
          <Text c="dimmed" size="sm" maw={760} component="div" style={{ overflowWrap: 'anywhere' }}>
            {about}
          </Text>
        )}
      </Stack>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
