import { Button, Grid, Group, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { ScanKind } from '../../../contract/orchestration.js';
import { useAppState } from '../../app/AppStateContext.js';
import { focusFirstError } from '../../ui/focus-first-error.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { NotAllowed } from './NotAllowed.js';
import { ScanFields } from './ScanFields.js';
import { ScanKindChoice } from './ScanKindChoice.js';
import { ScanPreview } from './ScanPreview.js';
import { StartProblem } from './StartProblem.js';
import { estimateQuery, useStartScan } from './scan.api.js';
import { type DraftErrors, draftOf, errorsOf, requestOf, type ScanDraft } from './scan-draft.js';
import { ToolNotice } from './ToolNotice.js';

const route = getRouteApi('/scans/new');
const TYPING_MS = 500;

export function NewScanPage() {
  const { may } = useAppState();
  return (
    <>
      <PageHeader
        title="New scan"
        crumb={<TextLink to="/scans">Scans</TextLink>}
        about="Choose what to scan. Nothing starts until you confirm, and scans only read unless they state that they attack."
      />
      {may('scans:run') ? <NewScan /> : <NotAllowed what="start scans" />}
    </>
  );
}

function NewScan() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const start = useStartScan();
  const [draft, setDraft] = useState<ScanDraft>(() => draftOf(search));
  const [errors, setErrors] = useState<DraftErrors>({});
  const [settled] = useDebouncedValue(draft, TYPING_MS);
  const estimate = useQuery(estimateQuery(errorsOf(settled) === null ? requestOf(settled) : null));
  const change = (changes: Partial<ScanDraft>) => {
    const next = { ...draft, ...changes };
    setDraft(next);
    start.reset();
    // Clears errors as they are fixed, but shows no new ones while typing.
    if (Object.keys(errors).length > 0) setErrors(errorsOf(next) ?? {});
  };
  const chooseKind = (kind: ScanKind) => {
    setErrors({});
    start.reset();
    setDraft({ ...draft, kind });
    navigate({ search: { kind }, replace: true, resetScroll: false });
  };
  const submit = (form: HTMLFormElement) => {
    const found = errorsOf(draft);
    setErrors(found ?? {});
    if (found) {
      focusFirstError(form);
      return;
    }
    start.mutate(requestOf(draft), {
      onSuccess: ({ id }) => navigate({ to: '/scans/$scanId', params: { scanId: id } }),
      onError: () => estimate.refetch(),
    });
  };
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 8 }}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit(event.currentTarget);
          }}
        >
          <Stack>
            <ScanKindChoice kind={draft.kind} onChange={chooseKind} />
            <Section title="Target and options">
              <Stack>
                <ScanFields draft={draft} errors={errors} onChange={change} />
                <ToolNotice draft={draft} />
              </Stack>
            </Section>
            {start.error && <StartProblem problem={start.error} />}
            <Group>
              <Button type="submit" loading={start.isPending}>
                Start scan
              </Button>
              <ButtonLink to="/scans" variant="default">
                Back to scans
              </ButtonLink>
            </Group>
          </Stack>
        </form>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <ScanPreview draft={settled} estimate={estimate} />
      </Grid.Col>
    </Grid>
  );
}
