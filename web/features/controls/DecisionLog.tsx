import { Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { DecisionLogEntry } from '../../../contract/compliance.js';
import { day, instant, words } from '../../ui/format.js';
import { PagedItems } from '../../ui/PagedItems.js';
import { Section } from '../../ui/Section.js';
import { Tag, type Tone } from '../../ui/Tag.js';
import { decisionLogQuery } from './control.api.js';

const tones: Record<DecisionLogEntry['action'], Tone> = {
  decided: 'blue',
  withdrawn: 'gray',
  expired: 'amber',
  restored: 'blue',
};

/** Every decision ever made about the control; entries are never changed or removed. */
export function DecisionLog({ controlId }: { controlId: string }) {
  const query = useInfiniteQuery(decisionLogQuery(controlId));
  return (
    <Section title="Decision log">
      <PagedItems
        query={query}
        empty={
          <Text size="sm" c="dimmed">
            No decisions yet. Decisions, expiries and withdrawals will be listed here.
          </Text>
        }
      >
        {(items) => (
          <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
            {items.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </Stack>
        )}
      </PagedItems>
    </Section>
  );
}

function Entry({ entry }: { entry: DecisionLogEntry }) {
  const { action, kind, status, justification, actor, approver, at, expiresAt } = entry;
  const what = status ? `${words(kind)}: ${words(status).toLowerCase()}` : words(kind);
  return (
    <li>
      <Group gap="xs">
        <Tag tone={tones[action]}>{words(action)}</Tag>
        <Text size="sm" fw={500}>
          {what}
        </Text>
        <Text size="xs" c="dimmed">
          {action === 'expired' ? 'reached its expiry date' : `by ${actor}`}
          {approver && `, approved by ${approver}`} ·{' '}
          <time dateTime={at} title={instant(at)}>
            {day(at)}
          </time>
          {action === 'decided' && ` · until ${expiresAt ? day(expiresAt) : 'withdrawn'}`}
        </Text>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        “{justification}”
      </Text>
    </li>
  );
}
