import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FindingFilter } from '../../../contract/security-scans.js';
import { count, counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { VirtualRows } from '../../ui/VirtualRows.js';
import { FindingGroupRow } from './FindingGroupRow.js';
import { findingGroupsQuery } from './finding.api.js';
import { NoFindings } from './NoFindings.js';

interface FindingGroupsProps {
  filter: Partial<FindingFilter>;
  onClear: () => void;
}

/** One row per check, so that 19,441 findings read as 42 issues. */
export function FindingGroups({ filter, onClear }: FindingGroupsProps) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) =>
    setOpened((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  return (
    <Loaded query={useQuery(findingGroupsQuery(filter))}>
      {({ items, totalFindings, totalGroups }) => (
        <>
          <Text size="sm" c="dimmed" mb="xs" role="status" className="tabular">
            {counted(totalGroups, 'issue')}, {counted(totalFindings, 'finding')}
            {items.length < totalGroups && ` (the first ${count(items.length)} issues are shown)`}
          </Text>
          {items.length === 0 && <NoFindings filter={filter} onClear={onClear} />}
          <VirtualRows
            label="Issues"
            items={items}
            keyOf={({ tool, checkId }) => `${tool} ${checkId}`}
            estimate={76}
            render={(group) => {
              const key = `${group.tool} ${group.checkId}`;
              return (
                <FindingGroupRow
                  group={group}
                  filter={filter}
                  opened={opened.has(key)}
                  onToggle={() => toggle(key)}
                />
              );
            }}
          />
        </>
      )}
    </Loaded>
  );
}
