import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { FileCheck2, SearchX, Upload } from 'lucide-react';
import { useState } from 'react';
import {
  EVIDENCE_KINDS,
  EVIDENCE_STATES,
  type EvidenceItem,
  type EvidenceKind,
} from '../../../contract/evidence.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Choices } from '../../ui/Choices.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { counted, day, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from '../../ui/rows.module.css';
import { SearchInput } from '../../ui/SearchInput.js';
import { Section } from '../../ui/Section.js';
import { EvidenceDrop } from './EvidenceDrop.js';
import { EvidenceLinks } from './EvidenceLinks.js';
import { EvidenceSettingsDialog } from './EvidenceSettingsDialog.js';
import { EvidenceStateTag } from './EvidenceStateTag.js';
import { evidenceListQuery } from './evidence.api.js';
import type { EvidenceSearch } from './evidence.search.js';
import { UploadDialog } from './UploadDialog.js';

const route = getRouteApi('/evidence');

export function EvidencePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useAppState();
  /** The files in the upload dialog; null while it is closed. */
  const [uploading, setUploading] = useState<File[] | null>(null);
  const [isSetting, setSetting] = useState(false);
  const query = useInfiniteQuery(evidenceListQuery(search));
  const change = (changes: Partial<EvidenceSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  const upload = may('evidence:write') && (
    <Button leftSection={<Upload size={16} aria-hidden />} onClick={() => setUploading([])}>
      Upload evidence
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Evidence"
        about="Evidence for your controls: collected from scans and answers, or uploaded and reviewed."
        actions={
          upload && (
            <>
              <Button variant="default" onClick={() => setSetting(true)}>
                Settings
              </Button>
              {upload}
            </>
          )
        }
      />
      <EvidenceLinks />
      {upload && <EvidenceDrop onFiles={setUploading} />}
      <Group gap="sm" my="sm">
        <SearchInput label="Search evidence" value={search.q} onChange={(q) => change({ q })} />
        <NativeSelect
          aria-label="Kind of evidence"
          value={search.kind ?? ''}
          onChange={({ currentTarget: { value } }) =>
            change({ kind: value === '' ? undefined : (value as EvidenceKind) })
          }
          data={[
            { value: '', label: 'All kinds' },
            ...EVIDENCE_KINDS.map((value) => ({ value, label: words(value) })),
          ]}
        />
        <Choices
          label="Filter by state"
          value={search.state}
          onChange={(state) => change({ state })}
          options={[
            { value: undefined, label: 'All' },
            ...EVIDENCE_STATES.map((value) => ({ value, label: words(value) })),
          ]}
        />
        <Choices
          label="View"
          value={search.view}
          onChange={(view) => change({ view })}
          options={[
            { value: undefined, label: 'Current' },
            { value: 'expiring', label: 'Expiring in 30 days' },
            { value: 'deleted', label: 'Removed' },
          ]}
        />
      </Group>
      {(search.control || search.framework) && (
        <Text size="sm" mb="sm">
          Only evidence for {search.control ?? search.framework}.{' '}
          <TextLink to="/evidence">Show all</TextLink>
        </Text>
      )}
      <Loaded query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <NoEvidence isFiltered={isFiltered} upload={upload} />;
          return (
            <Section title="Evidence items">
              <ul className={classes.rows}>
                {items.map((item) => (
                  <EvidenceRow key={item.id} item={item} />
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
      {uploading && (
        <UploadDialog
          control={search.control}
          dropped={uploading}
          onClose={() => setUploading(null)}
        />
      )}
      {isSetting && <EvidenceSettingsDialog onClose={() => setSetting(false)} />}
    </>
  );
}

function EvidenceRow({ item }: { item: EvidenceItem }) {
  const { id, title, kind, state, controlIds, requirements, expiresAt, quality, source } = item;
  const supports = [
    controlIds.length > 3 ? counted(controlIds.length, 'control') : controlIds.join(', '),
    requirements.length > 0 ? counted(requirements.length, 'requirement') : '',
  ];
  return (
    <li className={classes.row} aria-label={title}>
      <div className={classes.what}>
        <Group gap="xs">
          <TextLink to="/evidence/$evidenceId" params={{ evidenceId: id }} size="sm" fw={600}>
            {title}
          </TextLink>
          <EvidenceStateTag state={state} />
        </Group>
        <Text size="xs" c="dimmed">
          {words(kind)}
          {source.person ? ` by ${source.person}` : ''} ·{' '}
          {supports.filter(Boolean).join(' · ') || 'not linked yet'}
        </Text>
      </div>
      <Text size="xs" c="dimmed" className="tabular">
        Quality {quality.score} · until {day(expiresAt)}
      </Text>
    </li>
  );
}

function NoEvidence({ isFiltered, upload }: { isFiltered: boolean; upload: React.ReactNode }) {
  if (isFiltered) {
    return (
      <EmptyState
        icon={SearchX}
        title="No evidence matches"
        action={
          <ButtonLink to="/evidence" variant="default">
            Clear the filters
          </ButtonLink>
        }
      >
        Try a different word, kind or state.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={FileCheck2} title="No evidence yet" action={upload}>
      Scans and imports collect evidence automatically. Upload policies, procedures and screenshots
      yourself.
    </EmptyState>
  );
}
