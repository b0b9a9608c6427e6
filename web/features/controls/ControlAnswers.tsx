import { List, Text } from '@mantine/core';
import type { ControlDetail } from '../../../contract/compliance.js';
import { day } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';

/** Answers to requirements that cover the control: what they suggest, and that they decide nothing here. */
export function ControlAnswers({ control }: { control: ControlDetail }) {
  const { answeredElsewhere = [], status } = control;
  if (answeredElsewhere.length === 0) return null;
  return (
    <Section title="Suggested by answers elsewhere">
      <Text size="sm" mb="xs">
        {status === 'not_assessed'
          ? 'These requirements cover the control and were answered with yes. Other requirements count it as partial by them, until evidence or a decision about the control says more. Its own status stays.'
          : 'These requirements cover the control and were answered with yes. They change nothing here, because evidence or a decision says more.'}
      </Text>
      <List size="sm" spacing={4}>
        {answeredElsewhere.map(({ framework, frameworkName, requirement, title, ...given }) => (
          <List.Item key={`${framework}/${requirement}`}>
            <TextLink
              to="/frameworks/$frameworkId/requirements/$requirementId"
              params={{ frameworkId: framework, requirementId: requirement }}
              size="sm"
            >
              {frameworkName} {requirement} {title}
            </TextLink>
            <Text size="xs" c="dimmed">
              {given.actor}, {day(given.at)}, until {day(given.expiresAt)}
            </Text>
          </List.Item>
        ))}
      </List>
    </Section>
  );
}
