import { Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { FindingFilter } from '../../../contract/security-scans.js';
import { EndlessRows } from '../../ui/EndlessRows.js';
import { counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { FindingRow } from './FindingRow.js';
import { findingGroupsQuery, findingsQuery } from './finding.api.js';
import { NoFindings } from './NoFindings.js';

interface FindingListProps {
  filter: Partial<FindingFilter>;
  onClear: () => void;
}

/** Every finding in one list, worst first; further pages are fetched on scrolling. */
export function FindingList({ filter, onClear }: FindingListProps) {
  const query = useInfiniteQuery(findingsQuery(filter, 100));
  const total = useQuery(findingGroupsQuery(filter)).data?.totalFindings;
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        return (
          <>
            <Text size="sm" c="dimmed" mb="xs" role="status" className="tabular">
              {counted(total ?? items.length, 'finding')}
            </Text>
            {items.length === 0 && <NoFindings filter={filter} onClear={onClear} />}
            <EndlessRows
              query={query}
              label="Findings"
              items={items}
              keyOf={({ id }) => id}
              estimate={88}
              render={(finding) => <FindingRow finding={finding} />}
            />
          </>
        );
      }}
    </Loaded>
  );
}
