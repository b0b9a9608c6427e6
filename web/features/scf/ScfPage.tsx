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

/** The user's own copy of the Secure Controls Framework: upload, preview, import, and what it brings. */
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
        about="Bring your own copy of the official SCF workbook. Its text is shown beside the library, unchanged, and the frameworks that it maps can be measured. Whole installation, all teams."
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
      <Text>No release was imported yet. To bring one in:</Text>
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
        <List.Item>Upload it here and look at the preview.</List.Item>
        <List.Item>Import it. Nothing is used before.</List.Item>
      </List>
    </Stack>
  );
}
