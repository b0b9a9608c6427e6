import { Group, Text } from '@mantine/core';
import type { FrameworkSummary, TopFix } from '../../../contract/compliance.js';
import { Explain } from '../../app/Explain.js';
import { count, counted } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { SeverityBadge } from '../../ui/SeverityBadge.js';
import { StatusTag } from './StatusTag.js';
import classes from './TopFixes.module.css';

interface TopFixesProps {
  fixes: readonly TopFix[];
  frameworks: readonly FrameworkSummary[];
}

/** The controls whose fix raises the scores most, and why they stand where they stand. */
export function TopFixes({ fixes, frameworks }: TopFixesProps) {
  const nameOf = (id: string) => frameworks.find((each) => each.id === id)?.name ?? id;
  return (
    <Section title="Top fixes by score gained" help={<Explain word="gain" />}>
      {fixes.length === 0 && (
        <Text size="sm" c="dimmed">
          No control that was evaluated is failing.
        </Text>
      )}
      <ol className={classes.fixes}>
        {fixes.map((fix) => (
          <li key={fix.controlId} className={classes.fix}>
            <div className={classes.gain}>
              <span className="tabular">+{count(fix.gain)}</span>
              <Text size="xs" c="dimmed">
                points
              </Text>
            </div>
            <div>
              <Group gap="xs">
                <TextLink to="/controls/$controlId" params={{ controlId: fix.controlId }} fw={600}>
                  {fix.controlId} {fix.title}
                </TextLink>
                <StatusTag status={fix.status} />
                {fix.worstSeverity && <SeverityBadge severity={fix.worstSeverity} />}
              </Group>
              <Text size="sm" mt={4}>
                {fix.reason}
              </Text>
              <Text size="xs" c="dimmed" mt={4} className="tabular">
                {counted(fix.openFindings, 'open finding')} ·{' '}
                {fix.frameworks.map(({ id, gain }) => `${nameOf(id)} +${count(gain)}`).join(' · ')}
              </Text>
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
