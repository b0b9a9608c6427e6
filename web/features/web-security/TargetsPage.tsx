import { Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Globe } from 'lucide-react';
import { Choices } from '../../ui/Choices.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { InventoryPage } from '../inventory/InventoryPage.js';
import { AddTargetDialog } from './AddTargetDialog.js';
import { TargetRow } from './TargetRow.js';
import { targetsQuery } from './target.api.js';
import type { TargetsSearch } from './targets.search.js';

const route = getRouteApi('/targets');

export function TargetsPage() {
  const search = route.useSearch();
  const query = useInfiniteQuery(targetsQuery(search));
  return (
    <InventoryPage
      title="Web and network"
      about="Web sites and hosts that were scanned or added, with their open findings."
      noun="target"
      one="a target"
      listTitle="Targets"
      filters={<TargetFilters search={search} />}
      isFiltered={search.q !== undefined || search.kind !== undefined}
      hint="Try a different word or kind."
      path="/targets"
      query={query}
      row={(target) => <TargetRow key={target.id} target={target} />}
      icon={Globe}
      emptyHint="Web sites and hosts are added automatically when they are scanned."
      addDialog={(onClose) => <AddTargetDialog onClose={onClose} />}
    >
      <Text size="xs" c="dimmed" mt="sm">
        Private addresses can be scanned once they are declared under own targets.
      </Text>
    </InventoryPage>
  );
}

function TargetFilters({ search }: { search: TargetsSearch }) {
  const navigate = route.useNavigate();
  const change = (changes: Partial<TargetsSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  return (
    <>
      <SearchInput label="Search targets" value={search.q} onChange={(q) => change({ q })} />
      <Choices
        label="Kind of target"
        value={search.kind}
        onChange={(kind) => change({ kind })}
        options={[
          { value: undefined, label: 'All' },
          { value: 'web', label: 'Web sites' },
          { value: 'network', label: 'Networks' },
        ]}
      />
    </>
  );
}
