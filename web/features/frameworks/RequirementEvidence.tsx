import { Stack, Text } from '@mantine/core';
import type { RequirementWhy } from '../../../contract/compliance.js';
import { count, day, words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';

/** Items of the evidence hub for the requirement and its controls, newest first. */
export function RequirementEvidence({ evidence }: Pick<RequirementWhy, 'evidence'>) {
  return (
    <Section title="Evidence">
      {evidence === null ? (
        <Text size="sm" c="dimmed">
          The evidence module is unavailable.
        </Text>
      ) : evidence.total === 0 ? (
        <Text size="sm" c="dimmed">
          No evidence yet. Scans add theirs by themselves; upload documents under{' '}
          <TextLink to="/evidence" inherit underline="always">
            Evidence
          </TextLink>
          .
        </Text>
      ) : (
        <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
          {evidence.items.map(({ id, title, kind, state, expiresAt, valid, controlIds }) => (
            <li key={id}>
              <TextLink to="/evidence/$evidenceId" params={{ evidenceId: id }} size="sm">
                {title}
              </TextLink>
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {words(kind)}, {words(state).toLowerCase()}, until {day(expiresAt)}
                {!valid && ', does not count now'}
                {controlIds.length > 0 && ` · ${controlIds.join(', ')}`}
              </Text>
            </li>
          ))}
          {evidence.total > evidence.items.length && (
            <Text size="xs" c="dimmed" component="li">
              and {count(evidence.total - evidence.items.length)} more
            </Text>
          )}
        </Stack>
      )}
    </Section>
  );
}
