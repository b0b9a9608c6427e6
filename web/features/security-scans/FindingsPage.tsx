import { Box, Button, Drawer, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { ListFilter } from 'lucide-react';
import { Choices } from '../../ui/Choices.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { ChosenFilters } from './ChosenFilters.js';
import { FindingExport } from './FindingExport.js';
import { FindingFacetList } from './FindingFacetList.js';
import { FindingGroups } from './FindingGroups.js';
import { FindingList } from './FindingList.js';
import classes from './FindingsPage.module.css';
import { type FindingsSearch, filterOf, filtersSet } from './findings.search.js';

const route = getRouteApi('/findings');

export function FindingsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [drawer, { open, close }] = useDisclosure(false);
  const change = (changes: Partial<FindingsSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const filter = filterOf(search);
  const set = filtersSet(search);
  const clear = () => navigate({ search: { view: search.view }, replace: true });

  return (
    <>
      <PageHeader
        title="Findings"
        about="Failed checks. A report opens a finding; evidence of a fix resolves it. Shows open findings unless you filter by status."
      />
      <Group gap="sm" mb="sm">
        <SearchInput
          label="Search title, resource or check"
          value={search.q}
          onChange={(q) => change({ q })}
        />
        <Choices
          label="View"
          value={search.view}
          onChange={(view) => change({ view })}
          options={[
            { value: undefined, label: 'By check' },
            { value: 'list', label: 'All findings' },
          ]}
        />
        <Button
          hiddenFrom="md"
          variant="default"
          leftSection={<ListFilter size={16} aria-hidden />}
          onClick={open}
        >
          Filters{set > 0 && ` (${set})`}
        </Button>
        {set > 0 && (
          <Button variant="subtle" onClick={clear}>
            Clear all
          </Button>
        )}
        <FindingExport filter={filter} />
      </Group>
      <ChosenFilters search={search} onChange={change} />
      <div className={classes.columns}>
        <Box visibleFrom="md" component="aside" aria-label="Filters" className={classes.side}>
          <FindingFacetList search={search} onChange={change} />
        </Box>
        <div className={classes.results}>
          {search.view === 'list' ? (
            <FindingList filter={filter} onClear={clear} />
          ) : (
            <FindingGroups filter={filter} onClear={clear} />
          )}
        </div>
      </div>
      <Drawer
        opened={drawer}
        onClose={close}
        title="Filters"
        size="sm"
        closeButtonProps={{ 'aria-label': 'Close the filters' }}
      >
        <FindingFacetList search={search} onChange={change} />
      </Drawer>
    </>
  );
}
