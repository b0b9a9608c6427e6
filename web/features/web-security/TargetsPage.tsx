import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Globe, Plus, SearchX } from 'lucide-react';
import { useState } from 'react';
import { useAppState } from '../../app/AppStateContext.js';
import { Choices } from '../../ui/Choices.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { Section } from '../../ui/Section.js';
import classes from '../inventory/inventory.module.css';
import { AddTargetDialog } from './AddTargetDialog.js';
import { TargetRow } from './TargetRow.js';
import { targetsQuery } from './target.api.js';
import type { TargetsSearch } from './targets.search.js';

const route = getRouteApi('/targets');

export function TargetsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useAppState();
  const [adding, setAdding] = useState(false);
  const query = useInfiniteQuery(targetsQuery(search));
  const change = (changes: Partial<TargetsSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  return (
    <>
      <PageHeader
        title="Web and network"
        about="Web sites and hosts that were scanned or added, with what stands open against them."
        actions={
          may('scans:run') && (
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
              Add a target
            </Button>
          )
        }
      />
      <Group gap="sm" mb="sm">
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
      </Group>
      <Loaded query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            const isFiltered = search.q !== undefined || search.kind !== undefined;
            return <NoTargets isFiltered={isFiltered} onAdd={() => setAdding(true)} />;
          }
          return (
            <Section title="Targets">
              <ul className={classes.rows}>
                {items.map((target) => (
                  <TargetRow key={target.id} target={target} />
                ))}
              </ul>
              {query.hasNextPage && (
                <Button
                  mt="sm"
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={() => query.fetchNextPage()}
                >
                  Load more
                </Button>
              )}
            </Section>
          );
        }}
      </Loaded>
      <Text size="xs" c="dimmed" mt="sm">
        Private addresses can be scanned once they are declared under own targets.
      </Text>
      {adding && <AddTargetDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function NoTargets({ isFiltered, onAdd }: { isFiltered: boolean; onAdd: () => void }) {
  const { may } = useAppState();
  if (isFiltered) {
    return (
      <EmptyState
        icon={SearchX}
        title="No target matches"
        action={
          <ButtonLink to="/targets" variant="default">
            Clear the filters
          </ButtonLink>
        }
      >
        Try another word or kind.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Globe}
      title="No target yet"
      action={may('scans:run') && <Button onClick={onAdd}>Add a target</Button>}
    >
      Web sites and hosts join by themselves when they are scanned.
    </EmptyState>
  );
}
