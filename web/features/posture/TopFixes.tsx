import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { FrameworkSummary, TopFix } from '../../../contract/compliance.js';
import { Explain } from '../../app/Explain.js';
import { count, counted } from '../../ui/format.js';
import { Section } from '../../ui/Section.js';
import { SeverityBadge } from '../../ui/SeverityBadge.js';
import { FixRow, FixRows } from '../frameworks/FixRow.js';

const SHOWN = 8;
const NAMED = 3;

interface TopFixesProps {
  fixes: readonly TopFix[];
  frameworks: readonly FrameworkSummary[];
}

/** The controls whose fix raises the scores most, and why each fails. */
export function TopFixes({ fixes, frameworks }: TopFixesProps) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? fixes : fixes.slice(0, SHOWN);
  const nameOf = (id: string) => frameworks.find((each) => each.id === id)?.name ?? id;
  return (
    <Section title="Top fixes by score gained" help={<Explain word="gain" />}>
      {fixes.length === 0 && (
        <Text size="sm" c="dimmed">
          No evaluated control is failing.
        </Text>
      )}
      <FixRows>
        {shown.map((fix) => (
          <FixRow
            key={fix.controlId}
            gain={count(fix.gain)}
            controlId={fix.controlId}
            title={fix.title}
            status={fix.status}
            reason={fix.reason}
            tags={fix.worstSeverity && <SeverityBadge severity={fix.worstSeverity} />}
            details={`${counted(fix.openFindings, 'open finding')} · ${mostGained(fix, nameOf)}`}
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

/** `NIST SP 800-53 +4.2 · SOC 2 +3.1 · and 2 more`, most first. */
function mostGained({ frameworks }: TopFix, nameOf: (id: string) => string): string {
  const sorted = frameworks.toSorted((a, b) => b.gain - a.gain);
  const named = sorted.slice(0, NAMED).map(({ id, gain }) => `${nameOf(id)} +${count(gain)}`);
  const rest = sorted.length - NAMED;
  return [...named, ...(rest > 0 ? [`and ${count(rest)} more`] : [])].join(' · ');
}
