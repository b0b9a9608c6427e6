import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CheckFix } from '../../../contract/compliance.js';
import { Explain } from '../../app/Explain.js';
import { count, counted, words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { SeverityBadge } from '../../ui/SeverityBadge.js';
import { countedFindings } from '../controls/control-findings.js';
import { FixRows } from './FixRow.js';
import classes from './FixRow.module.css';
import { fixesQuery } from './framework.api.js';

const SHOWN = 5;
const NAMED = 3;

/** The failing checks by what fixing them moves, of all frameworks or of one. */
export function CheckFixes({ frameworkId }: { frameworkId?: string }) {
  const [whole, setWhole] = useState(false);
  // The page does not wait for them.
  const { data } = useQuery(fixesQuery(frameworkId));
  if (!data || data.items.length === 0) return null;
  const shown = whole ? data.items : data.items.slice(0, SHOWN);
  return (
    <Section title="Checks to fix first" help={<Explain word="fix" />}>
      <FixRows>
        {shown.map((fix) => (
          <CheckFixRow key={`${fix.tool}/${fix.checkId}`} fix={fix} frameworkId={frameworkId} />
        ))}
      </FixRows>
      {data.items.length > SHOWN && (
        <Button size="compact-sm" variant="default" onClick={() => setWhole(!whole)}>
          {whole ? 'Show fewer' : showText(data.items.length, data.total)}
        </Button>
      )}
    </Section>
  );
}

function showText(listed: number, total: number): string {
  return listed < total ? `Show ${count(listed)} of ${count(total)}` : `Show all ${count(listed)}`;
}

function CheckFixRow({ fix, frameworkId }: { fix: CheckFix; frameworkId?: string }) {
  const { checkId, title, severity, findings, gain, frameworks } = fix;
  return (
    <li className={classes.fix}>
      <div className={classes.gain}>
        <span className="tabular">+{count(gain)}</span>
        <Text size="xs" c="dimmed">
          points
        </Text>
      </div>
      <div>
        <Group gap="xs">
          <TextLink to="/findings" search={countedFindings({ checkId, frameworkId })} fw={600}>
            {title}
          </TextLink>
          <SeverityBadge severity={severity} />
        </Group>
        <Text size="sm" mt={4}>
          Closes {counted(findings, 'finding')} in {counted(fix.accountsTotal, 'account')}.{' '}
          {controlsText(fix)}
        </Text>
        <Text size="xs" c="dimmed" mt={4} className="tabular">
          {frameworksText(frameworks, frameworkId !== undefined)}
        </Text>
      </div>
    </li>
  );
}

/** `Completes IAC-06; raises CRY-05 and 2 more.` */
function controlsText({ completes, raises, controls }: CheckFix): string {
  const parts = [
    ...(completes.length > 0 ? [`completes ${idsOf(completes)}`] : []),
    ...(raises.length > 0 ? [`raises ${idsOf(raises)}`] : []),
  ];
  if (parts.length === 0) {
    return `Other checks also fail in ${controls === 1 ? 'its control' : `its ${count(controls)} controls`}.`;
  }
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function idsOf(controls: readonly { id: string }[]): string {
  const ids = controls.slice(0, NAMED).map(({ id }) => id);
  const rest = controls.length - ids.length;
  return `${ids.join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`;
}

/** `SOC 2 +1.2, passing +0.8 · and 2 more`; on the page of one framework, `Score +1.2, passing +0.8`. */
function frameworksText(frameworks: CheckFix['frameworks'], isOne: boolean): string {
  const named = frameworks.slice(0, NAMED).map(({ name, gain, passing }) => {
    const moves = [
      ...(gain > 0 ? [`${isOne ? 'score ' : ''}+${count(gain)}`] : []),
      ...(passing > 0 ? [`passing +${count(passing)}`] : []),
    ].join(', ');
    return isOne ? words(moves) : `${name} ${moves}`;
  });
  const rest = frameworks.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${count(rest)} more`] : [])].join(' · ');
}
