import { Group, List, Stack, Text } from '@mantine/core';
import type { RequirementStep } from '../../../contract/compliance.js';
import { Explain } from '../../app/Explain.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';

/** What would change the status, most valuable first. */
export function RequirementSteps({ steps }: { steps: readonly RequirementStep[] }) {
  return (
    <Section title="What would change it" help={<Explain word="gain" />}>
      {steps.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing is missing. Any open fail would lower it.
        </Text>
      ) : (
        <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
          {steps.map(({ controlId, texts, gain }) => (
            <li key={controlId ?? 'statement'}>
              <Group justify="space-between" gap="xs" wrap="nowrap">
                {controlId ? (
                  <TextLink to="/controls/$controlId" params={{ controlId }} size="sm" fw={600}>
                    {controlId}
                  </TextLink>
                ) : (
                  <Text size="sm" fw={600}>
                    Attestation
                  </Text>
                )}
                <Text size="xs" className="tabular" title="Points of the framework’s score">
                  +{gain.toFixed(2)} points
                </Text>
              </Group>
              <List size="sm" spacing={2}>
                {texts.map((text) => (
                  <List.Item key={text} style={{ overflowWrap: 'anywhere' }}>
                    {text}
                  </List.Item>
                ))}
              </List>
            </li>
          ))}
        </Stack>
      )}
    </Section>
  );
}
