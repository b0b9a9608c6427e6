import { Group, NativeSelect, Pill } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ScanSummary } from '../../../contract/orchestration.js';
import { Choices } from '../../ui/Choices.js';
import { EndlessRows } from '../../ui/EndlessRows.js';
import { words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { Section } from '../../ui/Section.js';
import { NoScans } from './NoScans.js';
import classes from './ScanHistory.module.css';
import { ScanRow } from './ScanRow.js';
import { scanHistoryQuery } from './scan.api.js';
import { lookOf, SCAN_KINDS } from './scan-kinds.js';
import { ENDED } from './scan-status.js';
import type { ScansSearch } from './scans.search.js';

const route = getRouteApi('/scans');

const statusOptions = [
  { value: undefined, label: 'All' },
  ...ENDED.map((value) => ({ value, label: words(value) })),
];

/** Ended scans, newest first; further pages are fetched on scrolling. */
export function ScanHistory() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: Partial<ScansSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const query = useInfiniteQuery(scanHistoryQuery(search));
  return (
    <Section title="History">
      <Group gap="sm" mb="xs">
        <NativeSelect
          aria-label="Kind of scan"
          value={search.kind ?? ''}
          onChange={(event) =>
            change({ kind: SCAN_KINDS.find((each) => each === event.currentTarget.value) })
          }
          data={[
            { value: '', label: 'All kinds' },
            ...SCAN_KINDS.map((value) => ({ value, label: lookOf(value).label })),
          ]}
        />
        <Choices
          label="Filter by status"
          value={search.status}
          onChange={(status) => change({ status })}
          options={statusOptions}
        />
      </Group>
      <Loaded query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return (
            <>
              <ChosenTarget
                target={search.target}
                items={items}
                onClear={() => change({ target: undefined })}
              />
              {items.length === 0 && (
                <NoScans
                  isFiltered={Object.values(search).some((value) => value !== undefined)}
                  onClear={() => navigate({ search: {}, replace: true })}
                />
              )}
              <EndlessRows
                query={query}
                label="Scans"
                items={items}
                keyOf={({ id }) => id}
                estimate={72}
                render={(scan) => <ScanRow scan={scan} />}
              />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

interface ChosenTargetProps {
  target: string | undefined;
  items: readonly ScanSummary[];
  onClear: () => void;
}

/** Links from other pages set this filter. The name comes from the scans of the target. */
function ChosenTarget({ target, items, onClear }: ChosenTargetProps) {
  if (!target) return null;
  const name = items.find(({ targetKey }) => targetKey === target)?.target ?? target;
  return (
    <Pill
      size="md"
      withRemoveButton
      removeButtonProps={{
        'aria-label': `Show scans of all targets, not only ${name}`,
        'aria-hidden': false,
        tabIndex: 0,
      }}
      onRemove={onClear}
      className={classes.target}
    >
      Only {name}
    </Pill>
  );
}
