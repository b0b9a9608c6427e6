import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { FrameworkGaps } from '../../../contract/compliance.js';
import { Explain } from '../../app/Explain.js';
import { count, counted } from '../../ui/format.js';
import { Section } from '../../ui/Section.js';
import { FixRow, FixRows } from './FixRow.js';

const SHOWN = 5;

/** The controls that would raise this framework's score most. */
export function GapFixes({ fixes }: { fixes: FrameworkGaps['fixes'] }) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? fixes : fixes.slice(0, SHOWN);
  return (
    <Section title="What would raise the score most" help={<Explain word="gain" />}>
      {fixes.length === 0 && (
        <Text size="sm" c="dimmed">
          No control would: what is missing needs attestation.
        </Text>
      )}
      <FixRows>
        {shown.map(({ id, title, status, reason, gain, requirements, openFindings }) => (
          <FixRow
            key={id}
            gain={gain.toFixed(1)}
            controlId={id}
            {...{ title, status, reason }}
            details={`${counted(requirements, 'requirement')} · ${counted(openFindings, 'open finding')}`}
          />
        ))}
      </FixRows>
      {fixes.length > SHOWN && (
        <Button size="compact-sm" variant="default" onClick={() => setWhole(!whole)}>
          {whole ? 'Show fewer' : `Show all ${count(fixes.length)}`}
        </Button>
      )}
    </Section>
  );
}
