import { Group, Stack, Text } from '@mantine/core';
import type { RequirementWhy } from '../../../contract/compliance.js';
import { instant, words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { changeCauses } from '../controls/change-causes.js';
import { StatusTag } from '../controls/StatusTag.js';

/** When its controls changed their status, and why. */
export function RequirementHistory({ history }: Pick<RequirementWhy, 'history'>) {
  return (
    <Section title="History">
      {history.length === 0 ? (
        <Text size="sm" c="dimmed">
          None of its controls has changed its status yet.
        </Text>
      ) : (
        <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
          {history.map(({ controlId, at, from, to, cause, reason }) => (
            <li key={`${controlId} ${at}`}>
              <Group gap="xs">
                <TextLink to="/controls/$controlId" params={{ controlId }} size="sm" fw={600}>
                  {controlId}
                </TextLink>
                <StatusTag status={to} />
                <Text size="xs" c="dimmed">
                  {from && `${words(from)} before, `}
                  <time dateTime={at}>{instant(at)}</time>, {changeCauses[cause]}
                </Text>
              </Group>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {reason}
              </Text>
            </li>
          ))}
        </Stack>
      )}
    </Section>
  );
}
