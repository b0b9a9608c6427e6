import { List, Stack, Text } from '@mantine/core';
import type { ControlDetail } from '../../../contract/compliance.js';
import { RELATION_WORDS } from '../../../contract/compliance.js';
import { Explain } from '../../app/Explain.js';
import { Attributions } from '../../ui/Attributions.js';
import { counted } from '../../ui/format.js';
import { groupBy } from '../../ui/group-by.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';

/** The requirements that the control serves, per framework. */
export function ControlRequirements({
  requirements,
  attributions,
}: Pick<ControlDetail, 'requirements' | 'attributions'>) {
  const byFramework = groupBy(requirements, ({ framework }) => framework);
  return (
    <Section title="Requirements it serves" help={<Explain word="relation" />}>
      {requirements.length === 0 && (
        <Text size="sm" c="dimmed">
          No framework maps to this control.
        </Text>
      )}
      <Stack gap="sm">
        {[...byFramework].map(([framework, own]) => (
          <div key={framework}>
            <Text size="sm" mb={4} component="h3" m={0}>
              <TextLink to="/frameworks/$frameworkId" params={{ frameworkId: framework }} fw={600}>
                {own[0]?.frameworkName ?? framework}
              </TextLink>{' '}
              <Text span size="xs" c="dimmed">
                {counted(own.length, 'requirement')}
              </Text>
            </Text>
            <List size="sm" spacing={2}>
              {own.map(({ requirement, title, relation }) => (
                <List.Item key={requirement}>
                  <TextLink
                    to="/frameworks/$frameworkId/requirements/$requirementId"
                    params={{ frameworkId: framework, requirementId: requirement }}
                    inherit
                    underline="always"
                    className="tabular"
                  >
                    {requirement}
                  </TextLink>{' '}
                  {title !== requirement && title}{' '}
                  <Text span size="xs" c="dimmed">
                    ({RELATION_WORDS[relation]})
                  </Text>
                </List.Item>
              ))}
            </List>
          </div>
        ))}
        <Attributions texts={attributions} />
      </Stack>
    </Section>
  );
}
