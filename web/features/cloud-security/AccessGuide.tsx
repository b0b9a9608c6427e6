import { Button, Code, CopyButton, Group, List, Stack, Text, Title } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { Section } from '../../ui/Section.js';
import { accessGuide } from './access-guides.js';
import type { AccountDraft } from './account-draft.js';

/** The access to grant: the minimum that the checks need. */
export function AccessGuide({ draft }: { draft: AccountDraft }) {
  const { provider, credentials } = draft;
  const { grants, snippet, note } = accessGuide(provider, credentials.externalId);
  return (
    <Section title="Access to grant">
      <Stack gap="sm">
        <Text size="sm">Grant read access to the configuration, and no access to your data:</Text>
        <List size="sm" spacing={4}>
          {grants.map(({ what, why }) => (
            <List.Item key={what}>
              <strong>{what}</strong>: {why}
            </List.Item>
          ))}
        </List>
        <div>
          <Group justify="space-between" gap="xs" mb={4}>
            <Title order={3}>{snippet.title}</Title>
            <CopyButton value={snippet.text}>
              {({ copied, copy }) => (
                <Button
                  size="compact-xs"
                  variant="default"
                  leftSection={
                    copied ? <Check size={12} aria-hidden /> : <Copy size={12} aria-hidden />
                  }
                  onClick={copy}
                >
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
          </Group>
          <Code block tabIndex={0}>
            {snippet.text}
          </Code>
        </div>
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      </Stack>
    </Section>
  );
}
