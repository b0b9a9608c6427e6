import { Anchor, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Facts } from '../../ui/Facts.js';
import { age, count, instant } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { ScfAttributionLine } from './ScfAttributionLine.js';
import { ScfFrameworks } from './ScfFrameworks.js';
import { ScfPreviewSection } from './ScfPreviewSection.js';
import { ScfReleases } from './ScfReleases.js';
import { ScfUpload } from './ScfUpload.js';
import { scfQuery } from './scf.api.js';
import type { ScfSearch } from './scf.search.js';

const route = getRouteApi('/controls/scf');

/** The user's copy of the Secure Controls Framework: upload, preview, import and its frameworks. */
export function ScfPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: Partial<ScfSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const query = useQuery(scfQuery);
  return (
    <>
      <PageHeader
        title="Secure Controls Framework"
        crumb={<TextLink to="/controls">Controls</TextLink>}
        about="Import your copy of the official SCF workbook. Its text is shown unchanged next to the library, and you can activate the frameworks it maps. Applies to every team of this installation."
      />
      <Loaded query={query}>
        {({ current, attribution }) => (
          <Stack>
            <Section title="In use">
              {current ? (
                <Stack gap="sm">
                  <Facts
                    columns
                    facts={[
                      { label: 'Release', value: current.release },
                      {
                        label: 'Imported',
                        value: current.importedAt && (
                          <time title={instant(current.importedAt)}>{age(current.importedAt)}</time>
                        ),
                      },
                      { label: 'By', value: current.importedBy },
                      { label: 'Controls', value: count(current.counts.controls) },
                      { label: 'Objectives', value: count(current.counts.objectives) },
                      { label: 'Frameworks', value: count(current.counts.frameworks) },
                      { label: 'Requirement ids', value: count(current.counts.requirements) },
                      { label: 'Evidence requests', value: count(current.counts.evidenceRequests) },
                    ]}
                  />
                  {attribution && <ScfAttributionLine attribution={attribution} />}
                </Stack>
              ) : (
                <NothingInUse />
              )}
            </Section>
            <Section title="Upload a workbook">
              <ScfUpload
                onPreview={(release) => change({ release })}
                onFailed={() => change({ release: undefined })}
              />
            </Section>
            {search.release !== undefined && (
              <ScfPreviewSection
                key={search.release}
                releaseId={search.release}
                onClose={() => change({ release: undefined })}
              />
            )}
            {current && <ScfFrameworks q={search.q} onSearch={(q) => change({ q })} />}
            <ScfReleases
              shown={search.release}
              onShow={(release) => change({ release })}
              onRemoved={() => change({ release: undefined })}
            />
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function NothingInUse() {
  return (
    <Stack gap="xs">
      <Text>No release has been imported yet. To import one:</Text>
      <List size="sm" type="ordered">
        <List.Item>
          Download the workbook (.xlsx) from{' '}
          <Anchor
            inherit
            underline="always"
            href="https://securecontrolsframework.com/"
            target="_blank"
            rel="noreferrer"
          >
            securecontrolsframework.com
          </Anchor>
          . Releases 2022.3 to 2026.2 can be read.
        </List.Item>
        <List.Item>Upload it here and check the preview.</List.Item>
        <List.Item>Import it. Nothing changes until then.</List.Item>
      </List>
    </Stack>
  );
}
