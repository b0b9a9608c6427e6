import { Group, Stack, Text } from '@mantine/core';
import { age, count, counted } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import type { PostureData } from './posture.data.js';

const SHOWN = 8;

/** The accounts with evidence, and the age of the newest. */
export function Accounts({ accounts }: Pick<PostureData, 'accounts'>) {
  return (
    <Section title="Accounts in scope" actions={<Text size="sm">{count(accounts.length)}</Text>}>
      <Stack gap="xs">
        {accounts.length === 0 && (
          <Text size="sm" c="dimmed">
            No evidence from any account yet.
          </Text>
        )}
        {accounts.slice(0, SHOWN).map(({ provider, accountId, results, lastSeenAt }) => (
          <Group key={`${provider} ${accountId}`} justify="space-between" gap={4}>
            <TextLink
              to="/findings"
              search={{ provider: [provider], accountId: [accountId] }}
              size="sm"
              className="tabular"
            >
              {provider} · {accountId || 'unnamed'}
            </TextLink>
            <Text size="xs" c="dimmed" className="tabular">
              {counted(results, 'result')}, {age(lastSeenAt)}
            </Text>
          </Group>
        ))}
        {accounts.length > SHOWN && (
          <Text size="sm" c="dimmed">
            and {count(accounts.length - SHOWN)} more
          </Text>
        )}
      </Stack>
    </Section>
  );
}
