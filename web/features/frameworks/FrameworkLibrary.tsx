import { Box, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAppState } from '../../app/AppStateContext.js';
import { Choices } from '../../ui/Choices.js';
import { counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { Section } from '../../ui/Section.js';
import { AvailableFrameworkRow } from './AvailableFrameworkRow.js';
import lines from './FrameworkLine.module.css';
import { availableQuery } from './framework-library.api.js';
import type { FrameworksSearch } from './frameworks.search.js';
import { ImportFrameworkDialog } from './ImportFrameworkDialog.js';

interface FrameworkLibraryProps {
  search: FrameworksSearch;
  onSearch: (changes: Partial<FrameworksSearch>) => void;
}

/** All frameworks: which are active, where they come from, and the import of custom ones. */
export function FrameworkLibrary({ search, onSearch }: FrameworkLibraryProps) {
  const { may } = useAppState();
  const [importing, setImporting] = useState(false);
  return (
    <Section
      title="All frameworks"
      actions={
        may('compliance:write') && (
          <Button size="compact-sm" variant="default" onClick={() => setImporting(true)}>
            Import a framework
          </Button>
        )
      }
    >
      {importing && <ImportFrameworkDialog onClose={() => setImporting(false)} />}
      <Loaded query={useQuery(availableQuery)}>
        {({ items }) => {
          const words = (search.q ?? '').toLowerCase();
          const found = items.filter(
            ({ id, name, publisher, about, active, origin }) =>
              `${id} ${name} ${publisher} ${about}`.toLowerCase().includes(words) &&
              (search.show === undefined ||
                (search.show === 'own'
                  ? origin !== 'shipped'
                  : active === (search.show === 'active'))),
          );
          const of = (isOne: (item: (typeof items)[number]) => boolean) =>
            items.filter(isOne).length;
          return (
            <>
              <Group gap="sm" mb="sm">
                <SearchInput
                  label="Search frameworks"
                  value={search.q}
                  onChange={(q) => onSearch({ q })}
                />
                <Choices<NonNullable<FrameworksSearch['show']>>
                  label="Filter frameworks"
                  value={search.show}
                  onChange={(show) => onSearch({ show })}
                  options={[
                    { value: undefined, label: 'All', count: items.length },
                    { value: 'active', label: 'Active', count: of(({ active }) => active) },
                    { value: 'inactive', label: 'Inactive', count: of(({ active }) => !active) },
                    {
                      value: 'own',
                      label: 'Custom or imported',
                      count: of(({ origin }) => origin !== 'shipped'),
                    },
                  ]}
                />
              </Group>
              <Text size="sm" c="dimmed" role="status" className="tabular">
                {found.length > 0
                  ? counted(found.length, 'framework')
                  : 'No framework matches these filters.'}
              </Text>
              <Box component="ul" className={lines.lines} aria-label="All frameworks">
                {found.map((framework) => (
                  <AvailableFrameworkRow key={framework.id} framework={framework} />
                ))}
              </Box>
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}
