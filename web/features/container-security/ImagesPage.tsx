import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Container, Plus, SearchX } from 'lucide-react';
import { useState } from 'react';
import type { ContainerImage } from '../../../contract/container-security.js';
import { SEVERITIES, type Severity } from '../../../contract/severity.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Choices } from '../../ui/Choices.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { Section } from '../../ui/Section.js';
import { SeverityCountTags } from '../../ui/SeverityCountTags.js';
import classes from '../inventory/inventory.module.css';
import { LastScanLine } from '../inventory/LastScanLine.js';
import { imagesQuery, registriesQuery, useAddImage } from './image.api.js';
import type { ImagesSearch } from './images.search.js';

const route = getRouteApi('/images');

export function ImagesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useAppState();
  const [adding, setAdding] = useState(false);
  const registries = useQuery(registriesQuery);
  const change = (changes: Partial<ImagesSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      <PageHeader
        title="Container images"
        about="Every image that was scanned or added, with what stands open against it."
        actions={
          may('scans:run') && (
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
              Add an image
            </Button>
          )
        }
      />
      <Group gap="sm" mb="sm">
        <SearchInput label="Search images" value={search.q} onChange={(q) => change({ q })} />
        <NativeSelect
          aria-label="Registry"
          value={search.registry ?? ''}
          onChange={(event) => change({ registry: event.currentTarget.value || undefined })}
          data={[
            { value: '', label: 'All registries' },
            ...(registries.data?.items ?? []).map(({ registry, images }) => ({
              value: registry,
              label: `${registry} (${images})`,
            })),
          ]}
          maw="100%"
        />
        <Choices<Severity>
          label="With open findings"
          value={search.severity}
          onChange={(severity) => change({ severity })}
          options={[
            { value: undefined, label: 'All' },
            ...SEVERITIES.map((value) => ({ value, label: words(value) })),
          ]}
        />
      </Group>
      <ImageList
        search={search}
        empty={<NoImages isFiltered={isFiltered} onAdd={() => setAdding(true)} />}
      />
      {adding && <AddImageDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function ImageList({ search, empty }: { search: ImagesSearch; empty: React.ReactNode }) {
  const query = useInfiniteQuery(imagesQuery(search));
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return empty;
        return (
          <Section title="Images">
            <ul className={classes.rows}>
              {items.map((image) => (
                <ImageRow key={image.id} image={image} />
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
  );
}

function ImageRow({ image }: { image: ContainerImage }) {
  const { id, reference, details, findings, lastScan, runningScanId } = image;
  return (
    <li className={classes.row} aria-label={reference}>
      <div className={classes.what}>
        <TextLink to="/images/$imageId" params={{ imageId: id }} size="sm" fw={600}>
          {reference}
        </TextLink>
        {details?.os && (
          <Text size="xs" c="dimmed">
            {details.os.family} {details.os.name}
            {details.os.endOfLife && ', no longer maintained'}
          </Text>
        )}
        <LastScanLine lastScan={lastScan} runningScanId={runningScanId} />
      </div>
      {(lastScan || findings.open > 0) && <SeverityCountTags counts={findings.bySeverity} />}
    </li>
  );
}

function NoImages({ isFiltered, onAdd }: { isFiltered: boolean; onAdd: () => void }) {
  const { may } = useAppState();
  if (isFiltered) {
    return (
      <EmptyState
        icon={SearchX}
        title="No image matches"
        action={
          <ButtonLink to="/images" variant="default">
            Clear the filters
          </ButtonLink>
        }
      >
        Try another word, registry or severity.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Container}
      title="No image yet"
      action={may('scans:run') && <Button onClick={onAdd}>Add an image</Button>}
    >
      Images join by themselves when they are scanned.
    </EmptyState>
  );
}

function AddImageDialog({ onClose }: { onClose: () => void }) {
  const add = useAddImage();
  const navigate = useNavigate();
  const [reference, setReference] = useState('');
  const [error, setError] = useState<string>();
  const submit = () => {
    const given = reference.trim();
    setError(given === '' ? 'This is needed' : undefined);
    if (given === '') return;
    add.mutate(given, {
      onSuccess: ({ id }) => navigate({ to: '/images/$imageId', params: { imageId: id } }),
    });
  };
  return (
    <FormDialog
      title="Add an image"
      submit="Add"
      busy={add.isPending}
      problem={add.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Image"
        description="As you would pull it. It is written out in full, and can be scanned from its page."
        placeholder="docker.io/library/nginx:1.29"
        value={reference}
        onChange={(event) => setReference(event.currentTarget.value)}
        error={error}
        maxLength={500}
        data-autofocus
        required
      />
    </FormDialog>
  );
}
