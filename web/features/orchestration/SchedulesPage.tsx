import { Group, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CalendarClock, Plus, SearchX } from 'lucide-react';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { ButtonLink } from '../../ui/links.js';
import { PagedItems } from '../../ui/PagedItems.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { ScanSections } from './ScanSections.js';
import { ScheduleRow } from './ScheduleRow.js';
import classes from './ScheduleRow.module.css';
import { lookOf, SCAN_KINDS } from './scan-kinds.js';
import type { SchedulesSearch } from './scans.search.js';
import { schedulesQuery } from './schedule.api.js';

const route = getRouteApi('/scans/schedules');

export function SchedulesPage() {
  const { may } = useAppState();
  const search = route.useSearch();
  const query = useInfiniteQuery(schedulesQuery(search));
  const isFiltered = Boolean(search.kind ?? search.q ?? search.target);
  return (
    <>
      <PageHeader
        title="Schedules"
        about="Recurring scans. A run is skipped while another scan of its target is active."
        actions={may('scans:run') && <NewSchedule />}
      />
      <ScanSections />
      <Filters search={search} />
      <PagedItems query={query} title="Scan schedules" empty={<Empty isFiltered={isFiltered} />}>
        {(items) => (
          <ul className={classes.rows}>
            {items.map((schedule) => (
              <ScheduleRow key={schedule.id} schedule={schedule} />
            ))}
          </ul>
        )}
      </PagedItems>
    </>
  );
}

function NewSchedule() {
  return (
    <ButtonLink to="/scans/schedules/new" leftSection={<Plus size={16} aria-hidden />}>
      New schedule
    </ButtonLink>
  );
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  const { may } = useAppState();
  if (isFiltered) {
    return (
      <EmptyState
        icon={SearchX}
        title="No schedule matches"
        action={
          <ButtonLink to="/scans/schedules" search={{}} variant="default">
            Clear the filters
          </ButtonLink>
        }
      >
        Try a different word or kind.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={CalendarClock}
      title="No schedules yet"
      action={may('scans:run') && <NewSchedule />}
    >
      Schedule scans of any target. Every cloud account you add gets a daily and a weekly one.
    </EmptyState>
  );
}

function Filters({ search }: { search: SchedulesSearch }) {
  const navigate = route.useNavigate();
  const change = (changes: Partial<SchedulesSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  return (
    <Group gap="sm" mb="sm">
      <SearchInput label="Search schedules" value={search.q} onChange={(q) => change({ q })} />
      <NativeSelect
        aria-label="Kind of target"
        value={search.kind ?? ''}
        onChange={(event) =>
          change({ kind: SCAN_KINDS.find((kind) => kind === event.currentTarget.value) })
        }
        data={[
          { value: '', label: 'All kinds' },
          ...SCAN_KINDS.map((value) => ({ value, label: lookOf(value).label })),
        ]}
      />
      {search.target && (
        <ButtonLink
          to="/scans/schedules"
          search={{ ...search, target: undefined }}
          variant="default"
        >
          One target only: show all
        </ButtonLink>
      )}
    </Group>
  );
}
