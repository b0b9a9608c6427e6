import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { FrameworkGaps } from '../../../contract/compliance.js';
import { Explain } from '../../app/Explain.js';
import { count, counted } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { StatusTag } from '../controls/StatusTag.js';
import classes from './FixRow.module.css';

const SHOWN = 5;

/** The controls that would raise this framework's score most. */
export function GapFixes({ fixes }: { fixes: FrameworkGaps['fixes'] }) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? fixes : fixes.slice(0, SHOWN);
  return (
    <Section title="What would raise the score most" help={<Explain word="gain" />}>
      {fixes.length === 0 && (
        <Text size="sm" c="dimmed">
          No control would: what is missing needs a person’s word.
        </Text>
      )}
      <ol className={classes.fixes}>
        {shown.map(({ id, title, status, reason, gain, requirements, openFindings }) => (
          <li key={id} className={classes.fix}>
            <div className={classes.gain}>
              <span className="tabular">+{gain.toFixed(1)}</span>
              <Text size="xs" c="dimmed">
                points
              </Text>
            </div>
            <div>
              <Group gap="xs">
                <TextLink to="/controls/$controlId" params={{ controlId: id }} fw={600}>
                  {id} {title}
                </TextLink>
                <StatusTag status={status} />
              </Group>
              <Text size="sm" mt={4}>
                {reason}
              </Text>
              <Text size="xs" c="dimmed" mt={4} className="tabular">
                {counted(requirements, 'requirement')} · {counted(openFindings, 'open finding')}
              </Text>
            </div>
          </li>
        ))}
      </ol>
      {fixes.length > SHOWN && (
        <Button size="compact-sm" variant="default" onClick={() => setWhole(!whole)}>
          {whole ? 'Show fewer' : `Show all ${count(fixes.length)}`}
        </Button>
      )}
    </Section>
  );
}
