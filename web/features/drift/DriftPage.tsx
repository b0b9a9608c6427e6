import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import type { AvailableFramework } from '../../../contract/compliance.js';
import {
  DRIFT_STATUSES,
  DRIFT_TYPE_LABELS,
  DRIFT_TYPES,
  type DriftEvent,
} from '../../../contract/drift.js';
import { SEVERITIES } from '../../../contract/severity.js';
import { Choices } from '../../ui/Choices.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { counted, day, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { availableQuery } from '../frameworks/framework-library.api.js';
import { DriftEventRow } from './DriftEventRow.js';
import classes from './DriftRows.module.css';
import { DriftSections } from './DriftSections.js';
import { driftEventsQuery, driftSummaryQuery } from './drift.api.js';
import type { DriftSearch } from './drift.search.js';

const route = getRouteApi('/drift');

/** The drift timeline: what changed and why, day by day. */
export function DriftPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(driftEventsQuery(search));
  const summary = useQuery(driftSummaryQuery);
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      <PageHeader
        title="Drift"
        about={
          summary.data
            ? `${summary.data.open === 0 ? 'Nothing is' : counted(summary.data.open, 'episode is', 'episodes are')} open. New evidence or a decision resolves an episode; acknowledging it does not.`
            : 'What got worse, better or uncertain, and why.'
        }
      />
      <DriftSections />
      <Stack gap="md">
        <Filters
          search={search}
          onChange={(changes) =>
            navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false })
          }
        />
        <Loaded query={query}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0) {
              return (
                <NoDrift
                  isFiltered={isFiltered}
                  onClear={() => navigate({ search: {}, replace: true })}
                />
              );
            }
            return (
              <>
                {[...byDay(items)].map(([title, events]) => (
                  <Section key={title} title={title}>
                    <ul className={classes.rows}>
                      {events.map((event) => (
                        <DriftEventRow key={event.id} event={event} />
                      ))}
                    </ul>
                  </Section>
                ))}
                {query.hasNextPage && (
                  <Button
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => query.fetchNextPage()}
                  >
                    Load more
                  </Button>
                )}
              </>
            );
          }}
        </Loaded>
      </Stack>
    </>
  );
}

function byDay(events: readonly DriftEvent[]): Map<string, DriftEvent[]> {
  const days = new Map<string, DriftEvent[]>();
  for (const event of [...events].sort(byUrgency)) {
    const title = day(event.lastSeenAt);
    days.set(title, [...(days.get(title) ?? []), event]);
  }
  return days;
}

/** Newest first; events of the same detection by severity. */
function byUrgency(a: DriftEvent, b: DriftEvent): number {
  if (a.lastSeenAt !== b.lastSeenAt) return a.lastSeenAt < b.lastSeenAt ? 1 : -1;
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}

interface FiltersProps {
  search: DriftSearch;
  onChange: (changes: Partial<DriftSearch>) => void;
}

function Filters({ search, onChange }: FiltersProps) {
  const { data } = useQuery(availableQuery);
  const text = (value: string) => value.trim() || undefined;
  return (
    <Group gap="sm" align="end">
      <Choices
        label="Filter by status"
        value={search.status}
        onChange={(status) => onChange({ status })}
        options={[
          { value: undefined, label: 'All' },
          ...DRIFT_STATUSES.map((value) => ({ value, label: words(value) })),
        ]}
      />
      <NativeSelect
        label="Type"
        value={search.type ?? ''}
        onChange={({ currentTarget }) =>
          onChange({ type: DRIFT_TYPES.find((type) => type === currentTarget.value) })
        }
        data={[
          { value: '', label: 'All types' },
          ...DRIFT_TYPES.map((value) => ({ value, label: DRIFT_TYPE_LABELS[value] })),
        ]}
      />
      <NativeSelect
        label="Severity"
        value={search.severity ?? ''}
        onChange={({ currentTarget }) =>
          onChange({ severity: SEVERITIES.find((one) => one === currentTarget.value) })
        }
        data={[
          { value: '', label: 'All severities' },
          ...SEVERITIES.map((value) => ({ value, label: words(value) })),
        ]}
      />
      <TextInput
        key={search.control}
        label="Control"
        placeholder="e.g. IAC-06"
        defaultValue={search.control ?? ''}
        onBlur={({ currentTarget }) =>
          onChange({ control: text(currentTarget.value.toUpperCase()) })
        }
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
      />
      <TextInput
        key={`domain ${search.domain}`}
        label="Domain"
        placeholder="e.g. IAC"
        w={120}
        defaultValue={search.domain ?? ''}
        onBlur={({ currentTarget }) =>
          onChange({ domain: text(currentTarget.value.toUpperCase()) })
        }
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
      />
      <NativeSelect
        label="Framework"
        value={search.framework ?? ''}
        onChange={({ currentTarget }) => onChange({ framework: text(currentTarget.value) })}
        data={[{ value: '', label: 'All frameworks' }, ...frameworkOptions(data, search.framework)]}
      />
      <TextInput
        type="date"
        label="From"
        value={search.from ?? ''}
        onChange={({ currentTarget }) => onChange({ from: text(currentTarget.value) })}
      />
      <TextInput
        type="date"
        label="To"
        value={search.to ?? ''}
        onChange={({ currentTarget }) => onChange({ to: text(currentTarget.value) })}
      />
    </Group>
  );
}

/** The team's active frameworks, plus the chosen one even if it is no longer active. */
function frameworkOptions(
  available: { items: readonly AvailableFramework[] } | undefined,
  chosen: string | undefined,
) {
  const active = (available?.items ?? []).filter(({ active }) => active);
  const options = active.map(({ id, name, version }) => ({
    value: id,
    label: `${name} ${version}`,
  }));
  const isKnown = !chosen || active.some(({ id }) => id === chosen);
  return isKnown ? options : [...options, { value: chosen, label: chosen }];
}

function NoDrift({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <EmptyState
        icon={Activity}
        title="Nothing matches these filters"
        action={
          <Button variant="default" onClick={onClear}>
            Clear the filters
          </Button>
        }
      >
        Remove a filter to see more.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Activity}
      title="No drift yet"
      action={<ButtonLink to="/imports">Import a report</ButtonLink>}
    >
      Later reports are compared with the first one. Scan or import again to see what changed and
      why.
    </EmptyState>
  );
}
