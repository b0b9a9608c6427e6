import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OwnTargets } from '../../../contract/scan-operations.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { ownTargetsQuery, usePutOwnTargets } from './own-targets.api.js';
import { linesOf, ownTargetErrors } from './own-targets.form.js';
import { ScanSections } from './ScanSections.js';

export function OwnTargetsPage() {
  const query = useQuery({ ...ownTargetsQuery, refetchOnWindowFocus: false });
  return (
    <>
      <PageHeader
        title="Own targets"
        about="Private, loopback and link-local addresses are only scanned if they are declared here, so that this server cannot be misused to reach them. Scans that attack also need their target declared, public or not."
      />
      <ScanSections />
      <Loaded query={query}>{(own) => <OwnTargetsForm own={own} />}</Loaded>
    </>
  );
}

function OwnTargetsForm({ own }: { own: OwnTargets }) {
  const { may } = useAppState();
  const put = usePutOwnTargets();
  const [ranges, setRanges] = useState(own.ranges.join('\n'));
  const [names, setNames] = useState(own.names.join('\n'));
  const [errors, setErrors] = useState<Partial<Record<keyof OwnTargets, string>>>({});
  const next = { ranges: linesOf(ranges), names: linesOf(names) };
  const isChanged = JSON.stringify(next) !== JSON.stringify(own);
  const isReadOnly = !may('scans:run');
  const submit = () => {
    const found = ownTargetErrors(next);
    setErrors(found ?? {});
    if (found) return;
    put.mutate(next, {
      onSuccess: (saved) => {
        setRanges(saved.ranges.join('\n'));
        setNames(saved.names.join('\n'));
      },
    });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Section title="Declared targets">
        <Stack>
          <Textarea
            label="Addresses and ranges"
            description="One per line: 192.0.2.10, 10.0.0.0/8, fd00::/8. Cloud metadata addresses must be listed individually."
            value={ranges}
            onChange={(event) => setRanges(event.currentTarget.value)}
            error={errors.ranges}
            readOnly={isReadOnly}
            rows={6}
            resize="vertical"
          />
          <Textarea
            label="Names"
            description="One per line: shop.internal, or *.corp.example for everything below it."
            value={names}
            onChange={(event) => setNames(event.currentTarget.value)}
            error={errors.names}
            readOnly={isReadOnly}
            rows={6}
            resize="vertical"
          />
          {put.error && <ProblemAlert problem={put.error} />}
          {isReadOnly ? (
            <Text size="sm" c="dimmed">
              Your role may not change own targets. Ask an administrator of the team.
            </Text>
          ) : (
            <Group>
              <Button type="submit" loading={put.isPending}>
                Save
              </Button>
              <Text size="sm" c="dimmed" role="status">
                {isChanged ? 'Unsaved changes.' : 'All changes saved.'}
              </Text>
            </Group>
          )}
        </Stack>
      </Section>
    </form>
  );
}
