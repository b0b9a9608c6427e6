import { Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ControlStateChange } from '../../../contract/compliance.js';
import { counted, instant } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { PagedItems } from '../../ui/PagedItems.js';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { ContradictedTag } from './ControlRow.js';
import { changeCauses } from './change-causes.js';
import { controlHistoryQuery } from './control.api.js';
import { StatusTag } from './StatusTag.js';

/** Every status the control has had, with its dates and its cause. */
export function ControlHistory({ controlId }: { controlId: string }) {
  const query = useInfiniteQuery(controlHistoryQuery(controlId));
  return (
    <Section title="History">
      <PagedItems
        query={query}
        empty={
          <Text size="sm" c="dimmed">
            The status has not been computed yet. Each change will be listed here with its cause.
          </Text>
        }
      >
        {(items) => (
          <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
            {items.map((change) => (
              <Change key={`${change.scopeId} ${change.at}`} change={change} />
            ))}
          </Stack>
        )}
      </PagedItems>
    </Section>
  );
}

function Change({ change }: { change: ControlStateChange }) {
  const { status, contradicted, scopeId, at, until, cause, reason, openFindings } = change;
  return (
    <li>
      <Group gap="xs">
        <StatusTag status={status} />
        {contradicted && <ContradictedTag />}
        {scopeId && <Tag tone="gray">In a framework’s scope</Tag>}
        <Text size="xs" c="dimmed">
          <time dateTime={at}>{instant(at)}</time>
          {until ? (
            <>
              {' – '}
              <time dateTime={until}>{instant(until)}</time>
            </>
          ) : (
            ' until now'
          )}
          , {changeCauses[cause]} ·{' '}
          <TextLink to="/" search={{ at }} inherit underline="always">
            posture then
          </TextLink>
        </Text>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {reason}
        {openFindings > 0 && ` (${counted(openFindings, 'open finding')})`}
      </Text>
    </li>
  );
}
