import { Button, Group, Menu, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CircleCheck, ClipboardPlus, SearchX } from 'lucide-react';
import { useState } from 'react';
import type { ControlsPreview, CustomControlSummary } from '../../../contract/compliance.js';
import { CONTROLS_TEMPLATE } from '../../../contract/file-templates.js';
import { saveFile } from '../../api/save-file.js';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { count, counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { VirtualRows } from '../../ui/VirtualRows.js';
import { CustomControlRow } from './CustomControlRow.js';
import {
  CONTROL_FORMATS,
  customControlsQuery,
  exportedControls,
  useRemoveControl,
} from './custom-control.api.js';
import { ImportControlsDialog } from './ImportControlsDialog.js';

const route = getRouteApi('/controls/custom');

/** The team's custom controls: what they are, what uses them, import and export. */
export function CustomControlsPage() {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useAppState();
  const mayChange = may('compliance:write');
  const query = useQuery(customControlsQuery);
  const [importing, setImporting] = useState(false);
  const [removing, setRemoving] = useState<CustomControlSummary | null>(null);
  const [done, setDone] = useState<ControlsPreview | null>(null);
  const save = useMutation({ mutationFn: exportedControls, onSuccess: saveFile });
  const has = (query.data?.items.length ?? 0) > 0;
  return (
    <>
      <PageHeader
        title="Custom controls"
        crumb={<TextLink to="/controls">Controls</TextLink>}
        about="Controls that the library does not have. They are evaluated like all others, and requirements of custom frameworks can use them. A control in use cannot be removed."
        actions={
          <>
            {has && <ExportMenu busy={save.isPending} onExport={save.mutate} />}
            {mayChange && has && <Button onClick={() => setImporting(true)}>Import a file</Button>}
          </>
        }
      />
      {save.error && <ProblemAlert problem={save.error} />}
      {done && (
        <Notice tone="blue" icon={CircleCheck} title="Imported">
          {count(done.added.length)} added, {count(done.changed.length)} changed,{' '}
          {count(done.unchanged)} unchanged.
        </Notice>
      )}
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <NoCustomControls mayChange={mayChange} onImport={() => setImporting(true)} />
          ) : (
            <CustomControls
              items={items}
              q={q}
              onSearch={(words) =>
                navigate({ search: { q: words }, replace: true, resetScroll: false })
              }
              onRemove={mayChange ? setRemoving : undefined}
            />
          )
        }
      </Loaded>
      {importing && (
        <ImportControlsDialog onImported={setDone} onClose={() => setImporting(false)} />
      )}
      {removing && <RemoveControlDialog control={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

interface CustomControlsProps {
  items: CustomControlSummary[];
  q: string;
  onSearch: (q: string | undefined) => void;
  onRemove?: (control: CustomControlSummary) => void;
}

function CustomControls({ items, q, onSearch, onRemove }: CustomControlsProps) {
  const found = items.filter(({ id, title, domainName }) =>
    `${id} ${title} ${domainName}`.toLowerCase().includes(q.toLowerCase()),
  );
  return (
    <>
      <Group gap="sm" my="sm">
        <SearchInput label="Search custom controls" value={q} onChange={onSearch} />
      </Group>
      <Text size="sm" c="dimmed" mb="xs" role="status" className="tabular">
        {counted(found.length, 'control')}
      </Text>
      {found.length === 0 && (
        <EmptyState
          icon={SearchX}
          title="No control matches"
          action={
            <ButtonLink to="/controls/custom" variant="default">
              Clear the search
            </ButtonLink>
          }
        >
          Try a different word.
        </EmptyState>
      )}
      <VirtualRows
        label="Custom controls"
        items={found}
        keyOf={({ id }) => id}
        estimate={88}
        render={(control) => (
          <CustomControlRow
            control={control}
            onRemove={onRemove && control.usedByTotal === 0 ? () => onRemove(control) : undefined}
          />
        )}
      />
    </>
  );
}

function ExportMenu({
  busy,
  onExport,
}: {
  busy: boolean;
  onExport: (format: (typeof CONTROL_FORMATS)[number]) => void;
}) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" loading={busy}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {CONTROL_FORMATS.map((format) => (
          <Menu.Item key={format} onClick={() => onExport(format)}>
            As {format.toUpperCase()}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function NoCustomControls({ mayChange, onImport }: { mayChange: boolean; onImport: () => void }) {
  return (
    <EmptyState
      icon={ClipboardPlus}
      title="No custom controls yet"
      action={
        <Group justify="center">
          {mayChange && <Button onClick={onImport}>Import a file</Button>}
          <Button variant="default" onClick={() => saveFile(CONTROLS_TEMPLATE)}>
            Download a template
          </Button>
        </Group>
      }
    >
      {mayChange
        ? 'Fill in the template, one control per line, and import it. You see what it adds before anything is stored. Then use the controls in a custom framework.'
        : 'Your role may not import controls. Ask an administrator of the team.'}
    </EmptyState>
  );
}

function RemoveControlDialog({
  control,
  onClose,
}: {
  control: CustomControlSummary;
  onClose: () => void;
}) {
  const remove = useRemoveControl();
  return (
    <FormDialog
      title={`Remove ${control.id}?`}
      submit="Remove"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={() => remove.mutate(control.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">
        “{control.title}” is removed from the library. Decisions about it are kept and apply again
        if you re-import it. Export your controls first if you have no copy.
      </Text>
    </FormDialog>
  );
}
