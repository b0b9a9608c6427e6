import { Anchor, Stack, Text, Title } from '@mantine/core';
import type { Check } from '../../../contract/security-scans.js';
import { Prose } from '../../ui/Prose.js';
import { Section } from '../../ui/Section.js';

/** The tool's description of the check: what it looks for, why it matters, how to fix it. */
export function FindingCheck({ check }: { check: Check }) {
  const { description, risk, remediation, remediationUrl, statedRequirements } = check;
  const parts = [
    { title: 'Description', text: description },
    { title: 'Risk', text: risk },
    { title: 'Remediation', text: remediation },
  ].filter(({ text }) => text.trim());
  const stated = Object.entries(statedRequirements);
  return (
    <Section title="About this check">
      <Stack>
        {parts.map(({ title, text }) => (
          <div key={title}>
            <Title order={3} mb={4}>
              {title}
            </Title>
            <Prose text={text} />
          </div>
        ))}
        {isWeb(remediationUrl) && (
          <Anchor href={remediationUrl} target="_blank" rel="noreferrer noopener" size="sm">
            How to fix it, in the tool’s documentation
          </Anchor>
        )}
        {stated.length > 0 && (
          <details>
            <Text component="summary" size="sm">
              Requirements stated by the tool
            </Text>
            {stated.map(([framework, ids]) => (
              <Text key={framework} size="xs" c="dimmed" mt={4}>
                <strong>{framework}</strong>: {ids.join(', ')}
              </Text>
            ))}
          </details>
        )}
      </Stack>
    </Section>
  );
}

/** Reports are untrusted: only web addresses become links. */
function isWeb(url: string | null): url is string {
  return url !== null && /^https?:\/\//i.test(url);
}
