import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { changeDriftEvent, DRIFT_TYPE_LABELS, type DriftEvent } from '../../../contract/drift.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { counted, instant, words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { SeverityBadge } from '../../ui/SeverityBadge.js';
import { Tag } from '../../ui/Tag.js';
import classes from './DriftRows.module.css';
import { useDrift } from './drift.api.js';

export function DriftEventRow({ event }: { event: DriftEvent }) {
  const { may } = useAppState();
  const change = useDrift(changeDriftEvent);
  const [editing, setEditing] = useState(false);
  const { cause, resolution, acknowledged } = event;
  const params = { eventId: event.id };
  return (
    <li className={classes.row} aria-label={`${DRIFT_TYPE_LABELS[event.type]}: ${event.title}`}>
      <Stack gap={4} className={classes.what}>
        <Group gap="xs">
          <SeverityBadge severity={event.severity} />
          <Tag tone={event.status === 'open' ? 'amber' : 'green'}>{words(event.status)}</Tag>
          <Text size="sm" fw={600}>
            {DRIFT_TYPE_LABELS[event.type]}
          </Text>
          {event.count > 1 && (
            <Text size="xs" c="dimmed">
              seen {counted(event.count, 'time')}
            </Text>
          )}
        </Group>
        <Text size="sm">
          <Subject event={event} />
          {event.from && event.to && event.type !== 'definition_changed' && (
            <Text span size="sm" c="dimmed">
              {' '}
              {words(event.from)} → {words(event.to)}
            </Text>
          )}
        </Text>
        <Text size="sm">
          <b>Cause:</b> {cause.text}
        </Text>
        {cause.checks.length > 0 && (
          <Text size="sm">
            Findings of{' '}
            {cause.checks.slice(0, 5).map(({ tool, checkId }, i) => (
              <span key={`${tool}/${checkId}`}>
                {i > 0 && ', '}
                <TextLink to="/findings" search={{ checkId: [checkId] }} size="sm">
                  {checkId}
                </TextLink>
              </span>
            ))}
          </Text>
        )}
        {resolution && (
          <Text size="sm">
            <b>Resolved by {resolution.kind}:</b> {resolution.text}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          <TextLink to="/drift/events/$eventId" params={params} size="xs">
            {instant(event.lastSeenAt)}
          </TextLink>
          {event.firstSeenAt !== event.lastSeenAt && ` · first seen ${instant(event.firstSeenAt)}`}
          {event.requirementsTotal > 0 &&
            ` · ${counted(event.requirementsTotal, 'requirement')} in ${counted(event.frameworks.length, 'framework')}`}
          {acknowledged && ` · acknowledged by ${acknowledged.actor}`}
          {event.assignee && ` · assigned to ${event.assignee}`}
        </Text>
        {event.note && <Text size="sm">Note: {event.note}</Text>}
        {change.error && <ProblemAlert problem={change.error} />}
      </Stack>
      {may('drift:write') && (
        <Group gap="xs">
          {event.status === 'open' && (
            <Button
              size="xs"
              variant="default"
              loading={change.isPending}
              onClick={() => change.mutate({ params, body: { acknowledged: !acknowledged } })}
            >
              {acknowledged ? 'Unacknowledge' : 'Acknowledge'}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => setEditing(true)}>
            Assign or add note
          </Button>
        </Group>
      )}
      {editing && <NoteDialog event={event} onClose={() => setEditing(false)} />}
    </li>
  );
}

function Subject({ event: { type, subject, title, cause, controls } }: { event: DriftEvent }) {
  const { about } = cause;
  if (about?.kind === 'evidence') {
    return (
      <TextLink to="/evidence/$evidenceId" params={{ evidenceId: about.id }} size="sm">
        {title}
      </TextLink>
    );
  }
  if (about) {
    return (
      <TextLink to="/findings/$findingId" params={{ findingId: about.id }} size="sm">
        {title}
      </TextLink>
    );
  }
  if (controls.includes(subject)) {
    return (
      <TextLink to="/controls/$controlId" params={{ controlId: subject }} size="sm">
        {title} – why?
      </TextLink>
    );
  }
  if (type === 'threshold_crossed') {
    return (
      <TextLink to="/frameworks/$frameworkId" params={{ frameworkId: subject }} size="sm">
        {title}
      </TextLink>
    );
  }
  return title;
}

function NoteDialog({ event, onClose }: { event: DriftEvent; onClose: () => void }) {
  const change = useDrift(changeDriftEvent);
  const [assignee, setAssignee] = useState(event.assignee ?? '');
  const [note, setNote] = useState(event.note ?? '');
  const body = { assignee: assignee.trim() || null, note: note.trim() || null };
  return (
    <FormDialog
      title="Assign or add note"
      submit="Save"
      busy={change.isPending}
      problem={change.error}
      onClose={onClose}
      onSubmit={() =>
        change.mutate({ params: { eventId: event.id }, body }, { onSuccess: onClose })
      }
    >
      <TextInput
        label="Assigned to"
        maxLength={200}
        value={assignee}
        onChange={({ currentTarget }) => setAssignee(currentTarget.value)}
      />
      <Textarea
        label="Note"
        autosize
        minRows={3}
        maxLength={4_000}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
    </FormDialog>
  );
}
