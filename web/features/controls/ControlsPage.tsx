import { Group, NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { CONTROL_STATUSES, type ControlStatus } from '../../../contract/compliance.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Attributions } from '../../ui/Attributions.js';
import { Choices } from '../../ui/Choices.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { counted, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { StatusRowsHeading } from '../../ui/StatusRow.js';
import { VirtualRows } from '../../ui/VirtualRows.js';
import { ControlRow } from './ControlRow.js';
import { controlsQuery } from './control.api.js';
import { controlRows } from './control-rows.js';
import type { ControlsSearch } from './controls.search.js';

const route = getRouteApi('/controls');

const statusOptions = [
  { value: undefined, label: 'All' },
  ...CONTROL_STATUSES.map((value) => ({ value, label: words(value) })),
];

export function ControlsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: Partial<ControlsSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const query = useQuery(controlsQuery(search));
  const { isLimited } = useAppState();
  return (
    <>
      <PageHeader
        title="Controls"
        about="The common control library. One control serves many requirements, so one fix counts in many frameworks."
        actions={
          !isLimited && (
            <>
              <ButtonLink
                to="/controls/mappings"
                search={{ state: 'unreviewed' }}
                variant="default"
              >
                Review the mappings
              </ButtonLink>
              <ButtonLink to="/controls/custom" variant="default">
                Custom controls
              </ButtonLink>
              <ButtonLink to="/controls/scf" variant="default">
                Secure Controls Framework
              </ButtonLink>
            </>
          )
        }
      />
      <Group gap="sm" mb="sm">
        <SearchInput label="Search controls" value={search.q} onChange={(q) => change({ q })} />
        <NativeSelect
          aria-label="Domain"
          value={search.domain ?? ''}
          onChange={(event) => change({ domain: event.currentTarget.value || undefined })}
          data={[
            { value: '', label: 'All domains' },
            ...(query.data?.domains ?? []).map(({ code, name, controls }) => ({
              value: code,
              label: `${code} ${name} (${controls})`,
            })),
          ]}
          maw="100%"
        />
        <Choices<ControlStatus>
          label="Filter by status"
          value={search.status}
          onChange={(status) => change({ status })}
          options={statusOptions}
        />
      </Group>
      <Loaded query={query}>
        {({ items }) => (
          <>
            <Text size="sm" c="dimmed" mb="xs" role="status" className="tabular">
              {counted(items.length, 'control')}
            </Text>
            {items.length === 0 && (
              <EmptyState
                icon={SearchX}
                title="No control matches"
                action={
                  <ButtonLink to="/controls" variant="default">
                    Clear the filters
                  </ButtonLink>
                }
              >
                Try a different word or status.
              </EmptyState>
            )}
            <Attributions texts={items.map(({ attribution }) => attribution)} />
            <VirtualRows
              label="Controls"
              items={controlRows(items)}
              keyOf={(row) => row.key}
              estimate={72}
              render={(row) =>
                row.kind === 'domain' ? (
                  <StatusRowsHeading
                    title={`${row.code} ${row.name}`}
                    count={counted(row.count, 'control')}
                  />
                ) : (
                  <ControlRow control={row.control} />
                )
              }
            />
          </>
        )}
      </Loaded>
    </>
  );
}
