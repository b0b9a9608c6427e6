import { Table, Text } from '@mantine/core';
import type { FailingCheck, RequirementWhy } from '../../../contract/compliance.js';
import { count, counted } from '../../ui/format.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import table from '../../ui/ScrollTable.module.css';
import { Section } from '../../ui/Section.js';
import { CheckCell } from '../controls/CheckCell.js';
import { countedFindings } from '../controls/control-findings.js';
import classes from './RequirementChecks.module.css';

/** The failing checks that lower the requirement, with their worst resources. */
export function RequirementChecks({ requirement }: { requirement: RequirementWhy }) {
  const { findings, controls, framework, scoped } = requirement;
  const { checks, checksTotal, total } = findings;
  const listed = {
    controlId: controls.map(({ id }) => id),
    frameworkId: scoped ? framework.id : undefined,
  };
  return (
    <Section
      title="Failing checks"
      actions={
        total > 0 && (
          <ButtonLink
            to="/findings"
            search={countedFindings(listed)}
            variant="default"
            size="compact-sm"
          >
            {total === 1 ? 'Show the finding' : `Show the ${count(total)} findings`}
          </ButtonLink>
        )
      }
    >
      {total === 0 ? (
        <Text size="sm" c="dimmed">
          No finding lowers it. A check that has not run shows nothing.
        </Text>
      ) : (
        <ScrollTable label="Checks with their worst resources" verticalSpacing="xs">
          <Table.Caption>
            {checks.length < checksTotal
              ? `The worst ${count(checks.length)} of ${count(checksTotal)} checks`
              : counted(checksTotal, 'check')}
          </Table.Caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Check</Table.Th>
              <Table.Th className={table.number}>Findings</Table.Th>
              <Table.Th visibleFrom="sm">Worst resources</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {checks.map((check) => (
              <CheckRow key={`${check.tool} ${check.checkId}`} check={check} listed={listed} />
            ))}
          </Table.Tbody>
        </ScrollTable>
      )}
    </Section>
  );
}

interface CheckRowProps {
  check: FailingCheck;
  listed: { controlId: string[]; frameworkId: string | undefined };
}

function CheckRow({ check, listed }: CheckRowProps) {
  const { tool, checkId, findings, controls } = check;
  return (
    <Table.Tr>
      <CheckCell
        check={check}
        search={countedFindings({ ...listed, tool, checkId })}
        fact={controls.length > 0 && <span>lowers {controls.join(', ')}</span>}
      >
        <Text size="xs" mt={4} hiddenFrom="sm" component="div">
          <Worst check={check} />
        </Text>
      </CheckCell>
      <Table.Td className={table.number}>{count(findings)}</Table.Td>
      <Table.Td className={classes.resources} visibleFrom="sm">
        <Worst check={check} />
      </Table.Td>
    </Table.Tr>
  );
}

function Worst({ check: { worst, findings } }: { check: FailingCheck }) {
  if (worst.length === 0) return null;
  return (
    <ul className={classes.worst}>
      {worst.map(({ findingId, resource, accountId }) => (
        <li key={findingId}>
          <TextLink to="/findings/$findingId" params={{ findingId }} size="xs">
            {resource}
          </TextLink>
          {accountId && accountId !== resource && (
            <Text span size="xs" c="dimmed">
              {' '}
              {accountId}
            </Text>
          )}
        </li>
      ))}
      {findings > worst.length && (
        <li>
          <Text span size="xs" c="dimmed">
            and {count(findings - worst.length)} more
          </Text>
        </li>
      )}
    </ul>
  );
}
