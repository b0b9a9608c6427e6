import { Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { Fragment, useState } from 'react';
import type { ControlInput } from '../../../contract/compliance.js';
import { Explain } from '../../app/Explain.js';
import { age, count, counted, instant } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import table from '../../ui/ScrollTable.module.css';
import { CheckCell } from './CheckCell.js';
import classes from './ControlInputs.module.css';
import { countedFindings } from './control-findings.js';
import { MatchDetail, MatchSummary } from './Match.js';

interface ControlInputsProps {
  inputs: readonly ControlInput[];
  total: number;
  controlId: string;
  /** The checks only touch the control. */
  related?: boolean;
}

/** The checks that a control is judged by, or those that only touch it, worst first. */
export function ControlInputs({ inputs, total, controlId, related = false }: ControlInputsProps) {
  const [opened, setOpened] = useState<string | null>(null);
  if (total === 0) {
    return (
      <Text size="sm" c="dimmed">
        No check with results counts for this control.
      </Text>
    );
  }
  return (
    <ScrollTable label={related ? 'Related checks' : 'Checks that count'} verticalSpacing="xs">
      <Table.Caption>{captionOf(inputs.length, total, related)}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Check</Table.Th>
          <Table.Th className={table.number} visibleFrom="sm">
            Pass
          </Table.Th>
          <Table.Th className={table.number} visibleFrom="sm">
            Fail
          </Table.Th>
          <Table.Th className={table.number} visibleFrom="sm">
            Unknown
          </Table.Th>
          <Table.Th>
            Match <Explain word="tier" />
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {inputs.map((input) => {
          const key = `${input.tool} ${input.checkId}`;
          const isOpen = opened === key;
          return (
            <Fragment key={key}>
              <InputRow
                input={input}
                search={countedFindings({ controlId, checkId: input.checkId, related })}
                opened={isOpen}
                onToggle={() => setOpened(isOpen ? null : key)}
              />
              {isOpen && (
                <Table.Tr>
                  <Table.Td colSpan={5}>
                    <MatchDetail match={input.match} />
                    {input.withheld && <Text size="sm">{input.withheld}</Text>}
                    <TextLink
                      to="/controls/mappings"
                      search={{ controlId, checkId: input.checkId }}
                      size="sm"
                    >
                      Accept, reject or re-map this match
                    </TextLink>
                  </Table.Td>
                </Table.Tr>
              )}
            </Fragment>
          );
        })}
      </Table.Tbody>
    </ScrollTable>
  );
}

function captionOf(shown: number, total: number, related: boolean): string {
  const one = related ? 'only touches it' : 'counts';
  const several = related ? 'only touch it' : 'count';
  return shown < total
    ? `The worst ${count(shown)} of ${count(total)} checks that ${several}`
    : `${counted(total, 'check')} that ${total === 1 ? one : several}`;
}

interface InputRowProps {
  input: ControlInput;
  /** Lists the failing results. */
  search: ReturnType<typeof countedFindings>;
  opened: boolean;
  onToggle: () => void;
}

function InputRow({ input, search, opened, onToggle }: InputRowProps) {
  const { checkId, match, pass, fail, exempted, unknown, lastSeenAt } = input;
  const { uncounted = 0 } = input;
  const Chevron = opened ? ChevronDown : ChevronRight;
  return (
    <Table.Tr>
      <CheckCell
        check={input}
        search={search}
        fact={lastSeenAt && <time title={instant(lastSeenAt)}>{age(lastSeenAt)}</time>}
      >
        {/* In place of the columns on a narrow screen. */}
        <Text size="xs" mt={4} hiddenFrom="sm" className="tabular">
          {count(pass)} pass{uncounted > 0 && ` (${count(uncounted)} more not counted)`} ·{' '}
          <span className={classes.short} data-failing={fail > 0}>
            {count(fail)} fail
          </span>
          {exempted > 0 && ` (${count(exempted)} exempted)`} · {count(unknown)} unknown
        </Text>
      </CheckCell>
      <Table.Td className={table.number} visibleFrom="sm">
        {count(pass)}
        {uncounted > 0 && (
          <Text size="xs" c="dimmed">
            {count(uncounted)} more not counted
          </Text>
        )}
      </Table.Td>
      <Table.Td className={table.number} data-failing={fail > 0} visibleFrom="sm">
        {count(fail)}
        {exempted > 0 && (
          <Text size="xs" c="dimmed">
            {count(exempted)} exempted
          </Text>
        )}
      </Table.Td>
      <Table.Td className={table.number} visibleFrom="sm">
        {count(unknown)}
      </Table.Td>
      <Table.Td>
        <UnstyledButton className={classes.match} aria-expanded={opened} onClick={onToggle}>
          <Chevron size={14} aria-hidden />
          <MatchSummary match={match} />
          <VisuallyHidden>, how {checkId} was matched</VisuallyHidden>
        </UnstyledButton>
      </Table.Td>
    </Table.Tr>
  );
}
