import { Pill } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { words } from '../../ui/format.js';
import classes from './FindingsPage.module.css';
import type { FindingsSearch } from './findings.search.js';
import { importQuery } from './import.api.js';

interface ChosenFiltersProps {
  search: FindingsSearch;
  onChange: (changes: Partial<FindingsSearch>) => void;
}

const LISTS = [
  { name: 'checkId', labelOf: (value: string) => value },
  { name: 'importId', labelOf: (value: string) => <ImportName importId={value} /> },
  { name: 'scanId', labelOf: (value: string) => `Scan ${value}` },
  { name: 'change', labelOf: (value: string) => `${words(value)} by it` },
] as const;

/** Links from other pages set these filters, so they are shown apart from the facets. */
export function ChosenFilters({ search, onChange }: ChosenFiltersProps) {
  const { controlId = [], frameworkId, related } = search;
  const isAny =
    LISTS.some(({ name }) => search[name]?.length) ||
    search.stale ||
    controlId.length > 0 ||
    frameworkId;
  if (!isAny) return null;
  /** What an import changed cannot be asked without an import. */
  const remove = (name: (typeof LISTS)[number]['name'], value: string) => {
    const left = search[name]?.filter((each) => each !== value) ?? [];
    const changes = { [name]: left.length > 0 ? left : undefined };
    const after: FindingsSearch = { ...search, ...changes };
    const isOfImports = after.importId?.length || after.scanId?.length;
    onChange({ ...changes, ...(isOfImports ? {} : { change: undefined }) });
  };
  return (
    <Pill.Group mb="sm" role="group" aria-label="Chosen filters">
      {LISTS.flatMap(({ name, labelOf }) =>
        (search[name] ?? []).map((value) => (
          <ChosenPill key={`${name}/${value}`} value={value} onRemove={() => remove(name, value)}>
            {labelOf(value)}
          </ChosenPill>
        )),
      )}
      {controlId.length > 0 && (
        <ChosenPill
          value={controlId.join(', ')}
          onRemove={() => onChange({ controlId: undefined, related: undefined })}
        >
          {related === 'true' ? 'Related to' : 'Counts for'} {controlId.join(', ')}
        </ChosenPill>
      )}
      {frameworkId && (
        <ChosenPill value={frameworkId} onRemove={() => onChange({ frameworkId: undefined })}>
          In the scope of {frameworkId}
        </ChosenPill>
      )}
      {search.stale && (
        <ChosenPill value="stale" onRemove={() => onChange({ stale: undefined })}>
          {search.stale === 'true' ? 'Stale' : 'Not stale'}
        </ChosenPill>
      )}
    </Pill.Group>
  );
}

interface ChosenPillProps {
  value: string;
  onRemove: () => void;
  children: React.ReactNode;
}

function ChosenPill({ value, onRemove, children }: ChosenPillProps) {
  return (
    <Pill
      size="md"
      withRemoveButton
      removeButtonProps={{ 'aria-label': `Remove ${value}`, 'aria-hidden': false, tabIndex: 0 }}
      onRemove={onRemove}
      className={classes.check}
    >
      {children}
    </Pill>
  );
}

/** The report's name once it is known. */
function ImportName({ importId }: { importId: string }) {
  const { data } = useQuery({ ...importQuery(importId), retry: false });
  return <>Import {data?.fileName ?? importId}</>;
}
