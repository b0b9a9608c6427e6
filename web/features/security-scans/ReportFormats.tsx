import { Anchor, Code, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReportFormat } from '../../../contract/security-scans.js';
import { Loaded } from '../../ui/Loaded.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { Section } from '../../ui/Section.js';
import { reportFormatsQuery } from './import.api.js';

/** The report formats that the server can import. */
export function ReportFormats() {
  return (
    <Section title="Formats">
      <Loaded query={useQuery(reportFormatsQuery)}>
        {({ items }) => (
          <ScrollTable label="Report formats" miw={720}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Tool</Table.Th>
                <Table.Th>Format</Table.Th>
                <Table.Th>How to create one</Table.Th>
                <Table.Th>When a later report lacks a finding</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((format) => (
                <FormatRow key={format.id} format={format} />
              ))}
            </Table.Tbody>
          </ScrollTable>
        )}
      </Loaded>
    </Section>
  );
}

function FormatRow({ format }: { format: ReportFormat }) {
  const { toolTitle, ofAnyTool, homepage, title, example, silence } = format;
  const name = ofAnyTool ? 'Any tool' : toolTitle;
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        {homepage ? (
          <Anchor href={homepage} target="_blank" rel="noreferrer" inherit>
            {name}
          </Anchor>
        ) : (
          name
        )}
      </Table.Td>
      <Table.Td>{title}</Table.Td>
      <Table.Td>{example && <Example text={example} />}</Table.Td>
      <Table.Td>{silence}</Table.Td>
    </Table.Tr>
  );
}

/** Text with commands in back-quotes. */
function Example({ text }: { text: string }) {
  return text
    .split('`')
    .map((part, at) => ({ part, isCode: at % 2 === 1 }))
    .map(({ part, isCode }) => (isCode ? <Code key={part}>{part}</Code> : part));
}
