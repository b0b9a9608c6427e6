import {
  Button,
  Group,
  NativeSelect,
  Stack,
  Table,
  Text,
  TextInput,
  VisuallyHidden,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Camera } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import {
  createSnapshot,
  type DriftSnapshot,
  deleteSnapshot,
  renameSnapshot,
} from '../../../contract/drift.js';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { count, instant } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import classes from './DriftRows.module.css';
import { DriftSections } from './DriftSections.js';
import { snapshotsQuery, useDrift } from './drift.api.js';
import { SnapshotDiffView } from './SnapshotDiffView.js';

const route = getRouteApi('/drift/snapshots');

export function SnapshotsPage() {
  const { may } = useAppState();
  const { from, to = 'now' } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(snapshotsQuery);
  const compare = (search: { from?: string; to?: string }) =>
    navigate({ search, replace: true, resetScroll: false });
  return (
    <>
      <PageHeader
        title="Snapshots"
        about="The state of your controls, saved at every change. Name one to keep it. Compare any two."
      />
      <DriftSections />
      <Stack gap="md">
        {may('drift:write') && <SaveSnapshot />}
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={Camera} title="No snapshots yet">
                Import a report or run a scan; each change saves a snapshot.
              </EmptyState>
            ) : (
              <>
                <Section title="Compare">
                  <Group gap="sm" mb="md">
                    <NativeSelect
                      label="From"
                      value={from ?? ''}
                      onChange={({ currentTarget }) =>
                        compare({ from: currentTarget.value || undefined, to })
                      }
                      data={[{ value: '', label: 'Choose a snapshot' }, ...items.map(optionOf)]}
                    />
                    <NativeSelect
                      label="To"
                      value={to}
                      onChange={({ currentTarget }) => compare({ from, to: currentTarget.value })}
                      data={[{ value: 'now', label: 'Now' }, ...items.map(optionOf)]}
                    />
                  </Group>
                  {from ? (
                    <SnapshotDiffView from={from} to={to} />
                  ) : (
                    <Text size="sm" c="dimmed">
                      Choose a snapshot to compare.
                    </Text>
                  )}
                </Section>
                <Section title="All snapshots">
                  <SnapshotsTable
                    items={items}
                    onCompare={(id) => compare({ from: id, to: 'now' })}
                  />
                </Section>
              </>
            )
          }
        </Loaded>
      </Stack>
    </>
  );
}

/** Counts distinguish unnamed snapshots of the same minute. */
function optionOf({ id, name, at, controls }: DriftSnapshot) {
  const { implemented = 0, not_implemented = 0 } = controls;
  const held = `${count(implemented)} implemented, ${count(not_implemented)} not`;
  return { value: id, label: name ? `${name} (${instant(at)})` : `${instant(at)}: ${held}` };
}

function SaveSnapshot() {
  const create = useDrift(createSnapshot);
  const [name, setName] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ body: { name } }, { onSuccess: () => setName('') });
  };
  return (
    <form onSubmit={submit}>
      <Group gap="sm" align="end">
        <TextInput
          label="Save the current state as"
          placeholder="last audit"
          maxLength={100}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
          {' '}
          Save{' '}
        </Button>
      </Group>
      {create.error && <ProblemAlert problem={create.error} />}
    </form>
  );
}

interface SnapshotsTableProps {
  items: readonly DriftSnapshot[];
  onCompare: (id: string) => void;
}

function SnapshotsTable({ items, onCompare }: SnapshotsTableProps) {
  const { may } = useAppState();
  const [naming, setNaming] = useState<DriftSnapshot | null>(null);
  const [removing, setRemoving] = useState<DriftSnapshot | null>(null);
  return (
    <div className={classes.scroll}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            <Table.Th>Name</Table.Th>
            <Table.Th>Implemented</Table.Th>
            <Table.Th>Partial</Table.Th>
            <Table.Th>Not implemented</Table.Th>
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.id}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{instant(item.at)}</Table.Td>
              <Table.Td>{item.name ?? '–'}</Table.Td>
              <Table.Td>{count(item.controls.implemented)}</Table.Td>
              <Table.Td>{count(item.controls.partial)}</Table.Td>
              <Table.Td>{count(item.controls.not_implemented)}</Table.Td>
              <Table.Td>
                <Group gap="xs" wrap="nowrap">
                  <Button size="xs" variant="default" onClick={() => onCompare(item.id)}>
                    Compare
                  </Button>
                  {may('drift:write') && (
                    <Button size="xs" variant="default" onClick={() => setNaming(item)}>
                      {item.name ? 'Rename' : 'Name'}
                    </Button>
                  )}
                  {may('drift:write') && item.name && (
                    <Button size="xs" variant="default" onClick={() => setRemoving(item)}>
                      Delete
                    </Button>
                  )}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {naming && <NameDialog snapshot={naming} onClose={() => setNaming(null)} />}
      {removing && <DeleteDialog snapshot={removing} onClose={() => setRemoving(null)} />}
    </div>
  );
}

interface DialogProps {
  snapshot: DriftSnapshot;
  onClose: () => void;
}

function NameDialog({ snapshot, onClose }: DialogProps) {
  const rename = useDrift(renameSnapshot);
  const [name, setName] = useState(snapshot.name ?? '');
  const request = { params: { snapshotId: snapshot.id }, body: { name } };
  return (
    <FormDialog
      title="Name the snapshot"
      submit="Save"
      busy={rename.isPending}
      problem={rename.error}
      onClose={onClose}
      onSubmit={() => rename.mutate(request, { onSuccess: onClose })}
    >
      <TextInput
        label="Name"
        maxLength={100}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
    </FormDialog>
  );
}

function DeleteDialog({ snapshot, onClose }: DialogProps) {
  const remove = useDrift(deleteSnapshot);
  return (
    <FormDialog
      title={`Delete “${snapshot.name}”?`}
      submit="Delete"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onClose={onClose}
      onSubmit={() =>
        remove.mutate({ params: { snapshotId: snapshot.id } }, { onSuccess: onClose })
      }
    >
      <Text size="sm">It can no longer be compared with others.</Text>
    </FormDialog>
  );
}
