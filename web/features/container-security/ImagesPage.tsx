import { NativeSelect, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Container } from 'lucide-react';
import type { ContainerImage } from '../../../contract/container-security.js';
import { SEVERITIES, type Severity } from '../../../contract/severity.js';
import { Choices } from '../../ui/Choices.js';
import { words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import classes from '../../ui/rows.module.css';
import { SearchInput } from '../../ui/SearchInput.js';
import { SeverityCountTags } from '../../ui/SeverityCountTags.js';
import { InventoryPage } from '../inventory/InventoryPage.js';
import { LastScanLine } from '../inventory/LastScanLine.js';
import { AddImageDialog } from './AddImageDialog.js';
import { imagesQuery, registriesQuery } from './image.api.js';
import type { ImagesSearch } from './images.search.js';

const route = getRouteApi('/images');

export function ImagesPage() {
  const search = route.useSearch();
  const query = useInfiniteQuery(imagesQuery(search));
  return (
    <InventoryPage
      title="Container images"
      about="Every image that was scanned or added, with its open findings."
      noun="image"
      one="an image"
      listTitle="Images"
      filters={<ImageFilters search={search} />}
      isFiltered={Object.values(search).some((value) => value !== undefined)}
      hint="Try a different word, registry or severity."
      path="/images"
      query={query}
      row={(image) => <ImageRow key={image.id} image={image} />}
      icon={Container}
      emptyHint="Images are added automatically when they are scanned."
      addDialog={(onClose) => <AddImageDialog onClose={onClose} />}
    />
  );
}

function ImageFilters({ search }: { search: ImagesSearch }) {
  const navigate = route.useNavigate();
  const registries = useQuery(registriesQuery);
  const change = (changes: Partial<ImagesSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  return (
    <>
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
    </>
  );
}

function ImageRow({ image }: { image: ContainerImage }) {
  const { id, reference, details, findings, lastScan, lastImport, runningScanId } = image;
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
        <LastScanLine lastScan={lastScan} runningScanId={runningScanId} lastImport={lastImport} />
      </div>
      {(lastScan || lastImport || findings.open > 0) && (
        <SeverityCountTags counts={findings.bySeverity} />
      )}
    </li>
  );
}
