import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { RequirementState } from '../../../contract/compliance.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Attributions } from '../../ui/Attributions.js';
import { Choices } from '../../ui/Choices.js';
import { count, counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { VirtualRows } from '../../ui/VirtualRows.js';
import { BandTag } from './BandTag.js';
import { CheckFixes } from './CheckFixes.js';
import { IdSource, Superseded } from './EditionNote.js';
import { FrameworkScore } from './FrameworkScore.js';
import { frameworkQuery } from './framework.api.js';
import type { FrameworkSearch } from './framework.search.js';
import { RequirementRow, SectionRow } from './RequirementRow.js';
import { type FrameworkData, matches, rowsOf } from './requirement-rows.js';
import { requirementShares } from './score.words.js';

const route = getRouteApi('/frameworks/$frameworkId');

export function FrameworkPage() {
  const { frameworkId } = route.useParams();
  return (
    <Loaded query={useQuery(frameworkQuery(frameworkId))}>
      {(framework) => <FrameworkView framework={framework} />}
    </Loaded>
  );
}

function FrameworkView({ framework }: { framework: FrameworkData }) {
  const { isLimited } = useAppState();
  const { id, name, version, publisher, about, band } = framework;
  return (
    <>
      <PageHeader
        title={name}
        crumb={<TextLink to="/frameworks">Frameworks</TextLink>}
        tags={
          <>
            <Text span c="dimmed">
              {version}
            </Text>
            {band !== 'none' && <BandTag band={band} />}
          </>
        }
        about={
          <>
            {about} Published by {publisher}.
          </>
        }
        actions={
          <>
            <ButtonLink
              variant="default"
              to="/frameworks/$frameworkId/gaps"
              params={{ frameworkId: id }}
            >
              Gap analysis
            </ButtonLink>
            {!isLimited && (
              <ButtonLink to="/frameworks/scope" variant="default">
                Scope and thresholds
              </ButtonLink>
            )}
          </>
        }
      />
      <Stack>
        {framework.supersededBy && <Superseded by={framework.supersededBy} />}
        <FrameworkScore framework={framework} />
        {!isLimited && <CheckFixes frameworkId={id} />}
        <Requirements framework={framework} />
        {framework.source && <IdSource source={framework.source} />}
        <Attributions texts={framework.attributions} />
      </Stack>
    </>
  );
}

function Requirements({ framework }: { framework: FrameworkData }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: Partial<FrameworkSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const { sections, requirementStates, requirements, id } = framework;
  const rows = useMemo(
    () =>
      rowsOf(
        sections,
        requirementStates.filter((each) => matches(each, search)),
      ),
    [sections, requirementStates, search],
  );
  const hits = rows.filter((row) => row.kind === 'requirement').length;
  const listed = requirementStates.filter((each) => each.counted === false).length;
  return (
    <section aria-label="Requirements">
      <Group gap="sm" mb="sm">
        <SearchInput
          label="Search requirements and controls"
          value={search.q}
          onChange={(q) => change({ q })}
        />
        <Choices<RequirementState['status']>
          label="Filter by status"
          value={search.status}
          onChange={(status) => change({ status })}
          options={[
            { value: undefined, label: 'All', count: requirements.total },
            ...requirementShares(requirements).map(({ key, label, value }) => ({
              value: key,
              label,
              count: value,
            })),
          ]}
        />
      </Group>
      <Text size="sm" c="dimmed" mb="xs" role="status" className="tabular">
        {counted(hits, 'requirement')}
        {listed > 0 && `; ${count(listed)} in this framework are not obligations of yours`}
      </Text>
      <VirtualRows
        label="Requirements"
        items={rows}
        keyOf={(row) => row.key}
        estimate={84}
        render={(row) =>
          row.kind === 'section' ? (
            <SectionRow id={row.id} title={row.title} count={row.count} />
          ) : (
            <RequirementRow frameworkId={id} requirement={row.requirement} />
          )
        }
      />
    </section>
  );
}
