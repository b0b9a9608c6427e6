import { Button, Group, Menu, NativeSelect, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CheckCheck, SearchX, Undo2 } from 'lucide-react';
import { useState } from 'react';
import {
  EXPORT_FORMATS,
  exportMappingReviews,
  MAPPING_STATES,
  type MappingReview,
  type MappingState,
  type ReviewVerdict,
} from '../../../contract/mapping-review.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Attributions } from '../../ui/Attributions.js';
import { Choices } from '../../ui/Choices.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { count, counted, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { VirtualRows } from '../../ui/VirtualRows.js';
import { ImportReviewsDialog } from './ImportReviewsDialog.js';
import { MappingRow } from './MappingRow.js';
import {
  type ImportedReviews,
  mappingsQuery,
  useReviewMappings,
  useRevokeReviews,
} from './mapping.api.js';
import type { MappingsSearch } from './mappings.search.js';
import { ONE_CLICK } from './ReviewActions.js';

const route = getRouteApi('/controls/mappings');
/** The limit of the server per request. */
const MAX_AT_ONCE = 50;
const tierNames = ['curated', 'stated by the tool', 'by text', 'by domain'];

export function MappingsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useAppState();
  const change = (changes: Partial<MappingsSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const query = useInfiniteQuery(mappingsQuery(search));
  const [last, setLast] = useState<MappingReview[]>([]);
  const [importing, setImporting] = useState(false);
  const [imported, setImported] = useState<ImportedReviews | null>(null);
  const review = useReviewMappings();
  const undo = useRevokeReviews();
  const facets = query.data?.pages[0]?.facets;
  const optionsOf = (all: string, values: { value: string; count: number }[] = []) => [
    { value: '', label: all },
    ...values.map(({ value, count }) => ({ value, label: `${value || '(none)'} (${count})` })),
  ];
  const problem = review.error ?? undo.error;
  return (
    <>
      <PageHeader
        title="Mapping review"
        crumb={<TextLink to="/controls">Controls</TextLink>}
        about="Which controls each check counts for. An accepted match counts as curated and can prove a control implemented; a rejected match does not count."
        actions={
          <>
            <ExportMenu />
            {may('compliance:write') && (
              <Button variant="default" onClick={() => setImporting(true)}>
                Import reviews
              </Button>
            )}
          </>
        }
      />
      <Group gap="sm" mb="sm">
        <SearchInput label="Search matches" value={search.q} onChange={(q) => change({ q })} />
        <NativeSelect
          aria-label="Tier"
          value={search.tier ?? ''}
          onChange={(event) =>
            change({ tier: (event.currentTarget.value || undefined) as MappingsSearch['tier'] })
          }
          data={[
            { value: '', label: 'All tiers' },
            ...tierNames.map((name, at) => ({
              value: String(at + 1),
              label: `Tier ${at + 1}: ${name}`,
            })),
          ]}
        />
        <NativeSelect
          aria-label="Tool"
          value={search.tool ?? ''}
          onChange={(event) => change({ tool: event.currentTarget.value || undefined })}
          data={optionsOf('All tools', facets?.tool)}
        />
        <NativeSelect
          aria-label="Service"
          value={search.service ?? ''}
          onChange={(event) => change({ service: event.currentTarget.value || undefined })}
          data={optionsOf(
            'All services',
            facets?.service.filter(({ value }) => value),
          )}
          maw="100%"
        />
        <Choices<MappingState>
          label="Filter by state"
          value={search.state}
          onChange={(state) => change({ state })}
          options={[
            { value: undefined, label: 'All' },
            ...MAPPING_STATES.map((value) => ({ value, label: words(value) })),
          ]}
        />
      </Group>
      {importing && (
        <ImportReviewsDialog onImported={setImported} onClose={() => setImporting(false)} />
      )}
      {imported && <Imported done={imported} />}
      {last.length > 0 && (
        <Notice
          tone="blue"
          icon={CheckCheck}
          title={`${counted(last.length, 'match', 'matches')} reviewed`}
        >
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Undo2 size={14} aria-hidden />}
            loading={undo.isPending}
            onClick={() =>
              undo.mutate(
                last.map(({ id }) => id),
                { onSuccess: () => setLast([]) },
              )
            }
          >
            Undo
          </Button>
        </Notice>
      )}
      {Boolean(problem) && <ProblemAlert problem={problem} />}
      <Loaded query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          const open = items.filter(({ state }) => state === 'unreviewed').slice(0, MAX_AT_ONCE);
          const all = (verdict: ReviewVerdict) =>
            review.mutate(
              open.map(({ tool, checkId, controlId }) => ({
                ...{ tool, checkId, controlId, verdict, reason: ONE_CLICK },
              })),
              { onSuccess: ({ reviews }) => setLast(reviews) },
            );
          return (
            <>
              <Group justify="space-between" my="xs" gap="xs">
                <Text size="sm" c="dimmed" role="status" className="tabular">
                  {counted(pages[0]?.total ?? 0, 'match', 'matches')}
                </Text>
                {may('compliance:write') && open.length > 1 && (
                  <Group gap={6}>
                    <Button size="compact-sm" variant="light" onClick={() => all('accept')}>
                      Accept the first {open.length} unreviewed
                    </Button>
                    <Button size="compact-sm" variant="default" onClick={() => all('reject')}>
                      Reject them
                    </Button>
                  </Group>
                )}
              </Group>
              {items.length === 0 && (
                <NoMappings isFiltered={Object.values(search).some(Boolean)} />
              )}
              <VirtualRows
                label="Matches"
                items={items}
                keyOf={({ tool, checkId, controlId, review }) =>
                  `${tool} ${checkId} ${controlId} ${review?.provider ?? ''}`
                }
                estimate={150}
                render={(item) => <MappingRow item={item} onReviewed={setLast} />}
                onEnd={() => {
                  if (query.hasNextPage && !query.isFetchingNextPage) query.fetchNextPage();
                }}
              />
              <Attributions texts={pages.flatMap(({ attributions }) => attributions)} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function ExportMenu() {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default">Export reviews</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {EXPORT_FORMATS.map((format) => (
          <Menu.Item
            key={format}
            component="a"
            href={`${exportMappingReviews.path}?format=${format}`}
            download
          >
            {format === 'yaml' ? 'As YAML' : 'As JSON lines'}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Imported({ done }: { done: ImportedReviews }) {
  const { added, unchanged, unknownChecks, controlsChanged } = done;
  return (
    <Notice tone="blue" icon={CheckCheck} title={`${counted(added, 'review')} imported`}>
      {count(unchanged)} were already in force; {counted(controlsChanged, 'control')} changed
      status.
      {unknownChecks > 0 &&
        ` ${counted(unknownChecks, 'review is', 'reviews are')} for checks without results yet.`}
    </Notice>
  );
}

function NoMappings({ isFiltered }: { isFiltered: boolean }) {
  return (
    <EmptyState
      icon={SearchX}
      title={isFiltered ? 'No matches' : 'No results yet'}
      action={
        isFiltered ? (
          <ButtonLink to="/controls/mappings" variant="default">
            Clear the filters
          </ButtonLink>
        ) : (
          <ButtonLink to="/imports">Import a report</ButtonLink>
        )
      }
    >
      {isFiltered
        ? 'Try a different word, state or tier.'
        : 'Matches appear after the first scan or import.'}
    </EmptyState>
  );
}
