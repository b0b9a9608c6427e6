import { Switch, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReportPlace } from '../../../contract/report-places.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Loaded } from '../../ui/Loaded.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { Section } from '../../ui/Section.js';
import { reportPlacesQuery, useChangeReportPlace } from './import.api.js';

/** The accounts and targets that reports are about, with the setting that their reports are whole. */
export function ReportPlaces() {
  return (
    <Section title="Accounts and targets">
      <Text size="sm" c="dimmed" mb="sm">
        Where the reports are always whole, each one resolves whatever it lacks. Leave this off
        where a filter or a smaller scan may narrow a report.
      </Text>
      <Loaded query={useQuery(reportPlacesQuery)}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm">No reports have been imported yet.</Text>
          ) : (
            <ScrollTable label="Accounts and targets of reports" miw={480}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Account or target</Table.Th>
                  <Table.Th>Its reports are whole</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((place) => (
                  <PlaceRow key={`${place.provider}/${place.accountId}`} place={place} />
                ))}
              </Table.Tbody>
            </ScrollTable>
          )
        }
      </Loaded>
    </Section>
  );
}

function PlaceRow({ place }: { place: ReportPlace }) {
  const { provider, accountId, isWhole, changedBy } = place;
  const { may } = useAppState();
  const { mutate, isPending, error } = useChangeReportPlace();
  const name = `${provider}/${accountId || 'without a name'}`;
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        <Switch
          aria-label={`Reports of ${name} are whole`}
          checked={isWhole}
          disabled={accountId === '' || isPending || !may('imports:write')}
          description={changedBy ? `set by ${changedBy}` : undefined}
          onChange={({ currentTarget }) =>
            mutate({ provider, accountId, isWhole: currentTarget.checked })
          }
        />
        {error && <ProblemAlert problem={error} />}
      </Table.Td>
    </Table.Tr>
  );
}
