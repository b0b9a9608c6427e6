import { Anchor, Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Download, Radar } from 'lucide-react';
import { useState } from 'react';
import { getSbom } from '../../../contract/container-security.js';
import { urlOf } from '../../api/apiService.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Facts } from '../../ui/Facts.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { bytes, count, instant } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { SeverityCountTags } from '../../ui/SeverityCountTags.js';
import { LastScanLine } from '../inventory/LastScanLine.js';
import { PastScans } from '../inventory/PastScans.js';
import { ScheduleLink } from '../orchestration/ScheduleLink.js';
import { StartProblem } from '../orchestration/StartProblem.js';
import { ImagePackages } from './ImagePackages.js';
import { type ImageData, imageQuery, useDeleteImage, useScanImage } from './image.api.js';

const route = getRouteApi('/images/$imageId');

export function ImagePage() {
  const { imageId } = route.useParams();
  return (
    <Loaded query={useQuery(imageQuery(imageId))}>{(image) => <ImageView image={image} />}</Loaded>
  );
}

function ImageView({ image }: { image: ImageData }) {
  const { id, reference, lastScan, lastImport, runningScanId, details } = image;
  return (
    <>
      <PageHeader
        title={reference}
        crumb={<TextLink to="/images">Container images</TextLink>}
        about={
          <LastScanLine lastScan={lastScan} runningScanId={runningScanId} lastImport={lastImport} />
        }
        actions={<ImageActions image={image} />}
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            <OpenFindings image={image} />
            {details && <ImagePackages imageId={id} total={details.packages} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <AboutImage image={image} />
            <PastScans scans={image.scans} schedules={reference} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}

function OpenFindings({
  image: { findings, fixable, repository, lastScan, lastImport },
}: {
  image: ImageData;
}) {
  const { provider, accountId } = findings.filter;
  return (
    <Section
      title="Open findings"
      actions={
        <TextLink
          to="/findings"
          search={{ provider: [provider], accountId: [...accountId] }}
          size="sm"
        >
          See the findings
        </TextLink>
      }
    >
      {lastScan || lastImport || findings.open > 0 ? (
        <Stack gap="xs">
          <SeverityCountTags counts={findings.bySeverity} />
          {findings.open > 0 && (
            <Text size="sm">
              {count(fixable)} of {count(findings.open)} have a fixed version.
            </Text>
          )}
          {!findings.isOwn && (
            <Text size="xs" c="dimmed">
              Findings are kept per repository. These are of the tag of {repository} that was
              scanned last, which is a different one.
            </Text>
          )}
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">
          Scan the image to see its findings.
        </Text>
      )}
    </Section>
  );
}

function AboutImage({ image }: { image: ImageData }) {
  const { id, registry, repository, tag, digest, details, addedAt, addedBy, lastImport } = image;
  return (
    <Section title="About this image">
      <Stack gap="sm">
        <Facts
          facts={[
            { label: 'Registry', value: registry },
            { label: 'Repository', value: repository },
            { label: 'Tag', value: tag },
            { label: 'Digest', value: details?.digest ?? digest },
            {
              label: 'Operating system',
              value:
                details?.os &&
                `${details.os.family} ${details.os.name}${details.os.endOfLife ? ' (no longer maintained)' : ''}`,
            },
            { label: 'Architecture', value: details?.architecture },
            { label: 'Size', value: details?.sizeBytes ? bytes(details.sizeBytes) : null },
            { label: 'Trivy', value: details?.trivyVersion },
            {
              label: { person: 'Added', scan: 'Added by a scan', import: 'Added by an import' }[
                addedBy
              ],
              value: instant(addedAt),
            },
            { label: 'Last imported report', value: lastImport && instant(lastImport.at) },
          ]}
        />
        {details && (
          <Anchor
            href={urlOf(getSbom.path, { imageId: id })}
            download={`${repository.replaceAll('/', '-')}.cdx.json`}
            size="sm"
          >
            <Group gap={6} component="span">
              <Download size={14} aria-hidden /> Bill of materials (CycloneDX)
            </Group>
          </Anchor>
        )}
      </Stack>
    </Section>
  );
}

function ImageActions({ image: { id, reference, runningScanId } }: { image: ImageData }) {
  const { may } = useAppState();
  const navigate = useNavigate();
  const scan = useScanImage(id);
  const [removing, setRemoving] = useState(false);
  if (!may('scans:run')) return null;
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        <Button variant="default" onClick={() => setRemoving(true)}>
          Remove
        </Button>
        <ScheduleLink search={{ kind: 'image', target: reference }} />
        <Button
          leftSection={<Radar size={16} aria-hidden />}
          loading={scan.isPending}
          disabled={runningScanId !== null}
          onClick={() =>
            scan.mutate(undefined, {
              onSuccess: (run) => navigate({ to: '/scans/$scanId', params: { scanId: run.id } }),
            })
          }
        >
          Scan now
        </Button>
      </Group>
      {scan.error && <StartProblem problem={scan.error} />}
      {removing && (
        <RemoveDialog id={id} reference={reference} onClose={() => setRemoving(false)} />
      )}
    </Stack>
  );
}

function RemoveDialog(props: { id: string; reference: string; onClose: () => void }) {
  const { id, reference, onClose } = props;
  const remove = useDeleteImage(id);
  const navigate = useNavigate();
  return (
    <FormDialog
      title="Remove the image from the inventory?"
      submit="Remove"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={() => remove.mutate(undefined, { onSuccess: () => navigate({ to: '/images' }) })}
      onClose={onClose}
    >
      <Text size="sm">
        Findings and scans of {reference} are kept. Scanning it again adds it back.
      </Text>
    </FormDialog>
  );
}
