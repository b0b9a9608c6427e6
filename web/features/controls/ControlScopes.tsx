import { Group, Stack, Text } from '@mantine/core';
import type { ControlDetail } from '../../../contract/compliance.js';
import { counted } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { countedFindings } from './control-findings.js';
import { AssuranceTag, StatusTag } from './StatusTag.js';

/** Its status in frameworks whose scope has only some accounts. */
export function ControlScopes({ control: { id: controlId, scopes } }: { control: ControlDetail }) {
  if (!scopes || scopes.length === 0) return null;
  return (
    <Section title="Status within framework scopes">
      <Stack>
        {scopes.map(({ frameworks, status, assurance, reason, explanation, openFindings }) => (
          <div key={frameworks.map(({ id }) => id).join()}>
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {frameworks.map(({ id, name }, at) => (
                  <span key={id}>
                    {at > 0 && ', '}
                    <TextLink to="/frameworks/$frameworkId" params={{ frameworkId: id }}>
                      {name}
                    </TextLink>
                  </span>
                ))}
              </Text>
              <StatusTag status={status} />
              <AssuranceTag assurance={assurance} />
            </Group>
            <Text size="sm">{reason}</Text>
            {openFindings > 0 && (
              <TextLink
                to="/findings"
                search={countedFindings({ controlId, frameworkId: frameworks[0]?.id })}
                size="sm"
              >
                {counted(openFindings, 'finding')} in this scope
              </TextLink>
            )}
            {explanation.scope && (
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                Based on {counted(explanation.scope.total, 'account')}
                {explanation.scope.total > 0 && `: ${explanation.scope.accounts.join(', ')}`}
              </Text>
            )}
          </div>
        ))}
      </Stack>
    </Section>
  );
}
