import { Button, Checkbox, Group, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ScfPreview } from '../../../contract/scf.js';
import { useAppState } from '../../app/AppStateContext.js';
import { counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { Notice } from '../../ui/Notice.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { ScfAttributionLine } from './ScfAttributionLine.js';
import { ScfForbidden } from './ScfForbidden.js';
import { scfChangesQuery, useImportScf } from './scf.api.js';

interface Props {
  releaseId: string;
  onClose: () => void;
}

/** What a stored release would change, and the button to import it. */
export function ScfPreviewSection({ releaseId, onClose }: Props) {
  return (
    <Section
      title="Preview"
      actions={
        <Button size="xs" variant="default" onClick={onClose}>
          Close
        </Button>
      }
    >
      <Loaded query={useQuery(scfChangesQuery(releaseId))}>
        {(preview) => <Preview preview={preview} onDone={onClose} />}
      </Loaded>
    </Section>
  );
}

function Preview({ preview, onDone }: { preview: ScfPreview; onDone: () => void }) {
  const { release, changes, attribution } = preview;
  const { counts, warnings, warningsTotal } = release;
  const { controls, frameworks } = changes;
  const isSame = [...Object.values(controls), ...Object.values(frameworks)].every(
    (each) => typeof each === 'number' || each.total === 0,
  );
  return (
    <Stack gap="sm">
      <Text>
        <b>SCF {release.release}</b>: {counted(counts.controls, 'control')},{' '}
        {counted(counts.frameworks, 'framework')} with{' '}
        {counted(counts.requirements, 'requirement id')},{' '}
        {counted(counts.objectives, 'assessment objective')}.
      </Text>
      <Text size="sm">
        {changes.since === null
          ? 'No release is in use yet, so everything is new.'
          : `Compared with release ${changes.since} in use:${isSame ? ' no differences.' : ''}`}
      </Text>
      {changes.since !== null && (
        <>
          <Changed
            title={counted(controls.removed.total, 'control removed', 'controls removed')}
            items={controls.removed.items.map(({ id, title }) => [id, title])}
          />
          <Changed
            title={counted(controls.renamed.total, 'control renamed', 'controls renamed')}
            items={controls.renamed.items.map(({ id, from, to }) => [id, `${from} → ${to}`])}
          />
          <Changed
            title={counted(controls.added.total, 'control added', 'controls added')}
            items={controls.added.items.map(({ id, title }) => [id, title])}
          />
          <Changed
            title={counted(controls.reworded.total, 'control reworded', 'controls reworded')}
            items={controls.reworded.items.map(({ id, title }) => [id, title])}
          />
          <Changed
            title={counted(frameworks.removed.total, 'framework removed', 'frameworks removed')}
            items={frameworks.removed.items.map(({ id, name }) => [id, name])}
          />
          <Changed
            title={counted(frameworks.added.total, 'framework added', 'frameworks added')}
            items={frameworks.added.items.map(({ id, name }) => [id, name])}
          />
          <Changed
            title={counted(frameworks.changed.total, 'framework changed', 'frameworks changed')}
            items={frameworks.changed.items.map(({ id, name, before, requirements }) => [
              id,
              `${name}: ${before} → ${requirements} ids`,
            ])}
          />
        </>
      )}
      <Changed
        title={counted(warningsTotal, 'warning about the workbook', 'warnings about the workbook')}
        items={warnings.map(({ sheet, row, column, text }) => [
          `${sheet} ${column ?? ''}${row ?? ''}`.trim(),
          text,
        ])}
      />
      <ImportRelease preview={preview} onDone={onDone} />
      <ScfAttributionLine attribution={attribution} />
    </Stack>
  );
}

const MAX_SHOWN = 200;

function Changed({
  title,
  items,
}: {
  title: string;
  items: readonly (readonly [string, string])[] | string[][];
}) {
  if (items.length === 0) return null;
  return (
    <details>
      <summary>
        <Title order={3} size="sm" display="inline">
          {title}
        </Title>
      </summary>
      <List size="sm" mt="xs">
        {items.slice(0, MAX_SHOWN).map(([place, text]) => (
          <List.Item key={`${place} ${text}`}>
            <b>{place}</b> {text}
          </List.Item>
        ))}
      </List>
      {items.length > MAX_SHOWN && (
        <Text size="sm" c="dimmed">
          and {items.length - MAX_SHOWN} more
        </Text>
      )}
    </details>
  );
}

function ImportRelease({ preview, onDone }: { preview: ScfPreview; onDone: () => void }) {
  const { release, changes } = preview;
  const { may } = useAppState();
  const [isConfirmed, setConfirmed] = useState(false);
  const take = useImportScf();
  if (release.isCurrent) return <Text size="sm">This release is in use.</Text>;
  if (!may('installation:write')) return <ScfForbidden />;
  const older: ReactNode = changes.isOlder && (
    <Notice tone="amber" icon={TriangleAlert} title="This release is older than the one in use">
      <Checkbox
        label="Use this older release anyway"
        checked={isConfirmed}
        onChange={(event) => setConfirmed(event.currentTarget.checked)}
      />
    </Notice>
  );
  return (
    <Stack gap="sm">
      {older}
      {take.error && <ProblemAlert problem={take.error} />}
      <Group>
        <Button
          loading={take.isPending}
          disabled={changes.isOlder && !isConfirmed}
          onClick={() =>
            take.mutate(
              { releaseId: release.id, force: changes.isOlder },
              { onSuccess: () => onDone() },
            )
          }
        >
          Import release {release.release}
        </Button>
      </Group>
    </Stack>
  );
}
