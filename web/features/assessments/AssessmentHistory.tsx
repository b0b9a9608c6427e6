import { Group, Text } from '@mantine/core';
import type { AssessmentDetail } from '../../../contract/assessments.js';
import { day, instant } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { StatusTag } from './AssessmentScoreBar.js';
import classes from './assessment.module.css';

/** When the assessment was started, completed and reopened, by whom and why; newest first. */
export function AssessmentHistory({ assessment }: { assessment: AssessmentDetail }) {
  const { transitions, createdBy, createdAt, previousId } = assessment;
  const started = { to: 'draft' as const, by: createdBy, at: createdAt, reason: null };
  return (
    <Section title="History">
      <ul className={classes.list}>
        {[started, ...transitions].toReversed().map(({ to, by, at, reason }) => (
          <li key={at + to} className={classes.event}>
            <Group gap="xs">
              <StatusTag status={to} />
              <Text size="sm" c="dimmed">
                {by},{' '}
                <time dateTime={at} title={instant(at)}>
                  {day(at)}
                </time>
              </Text>
            </Group>
            {reason && <Text size="sm">“{reason}”</Text>}
          </li>
        ))}
      </ul>
      {previousId && (
        <TextLink to="/assessments/$assessmentId" params={{ assessmentId: previousId }} size="sm">
          Previous period
        </TextLink>
      )}
    </Section>
  );
}
