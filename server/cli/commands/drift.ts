import type { Command } from 'commander';
import {
  changeDriftEvent,
  createSnapshot,
  DRIFT_STATUSES,
  DRIFT_TYPES,
  type DriftEvent,
  type DriftSnapshot,
  diffSnapshots,
  getDriftEvent,
  listDriftEvents,
  listSnapshots,
  type SnapshotDiff,
} from '../../../contract/drift.js';
import { SEVERITIES } from '../../../contract/severity.js';
import { instantOf } from '../instant-of.js';
import { oneLine } from '../output/scan-words.js';
import { bold, cyan, dim, number } from '../output/style.js';
import { table } from '../output/table.js';
import { labelled } from '../output/wrap.js';
import { withApi } from '../remote/with-api.js';
import type { Shell } from '../shell.js';
import { fitted, usageError } from '../usage-error.js';
import { minuteOf } from '../with-drift.js';
import { addDriftChannels } from './drift-channels.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

/** `cspm drift`: episodes, snapshots and notifications. */
export function addDrift(drift: Command, shell: Shell): void {
  drift
    .command('list', { isDefault: true })
    .description('list episodes of drift, last seen first')
    .option('--status <status>', `only ${DRIFT_STATUSES.join(' or ')}`)
    .option('--type <type>', `only this type: ${DRIFT_TYPES.join(', ')}`)
    .option('--control <id>', 'only for this control, e.g. IAC-06')
    .option('--framework <slug>', 'only drift that affects this framework')
    .option('--domain <code>', 'only drift that affects this domain, e.g. IAC')
    .option('--severity <severity>', `only of this severity: ${SEVERITIES.join(', ')}`)
    .option('--from <date>', 'last seen on or after this date (UTC) or time')
    .option('--to <date>', 'last seen on or before this date (UTC) or time')
    .option('--limit <number>', 'how many, at most 200', '50')
    .option(...JSON_OPTION)
    .action((options: ListOptions) => list(shell, options));
  drift
    .command('show <id>')
    .description('show one episode with its cause')
    .option(...JSON_OPTION)
    .action((id: string, { json }: Json) =>
      withApi(shell, async (api) => {
        printEvent(shell, await api.call(getDriftEvent, { params: { eventId: id } }), json);
      }),
    );
  drift
    .command('ack <id>')
    .description('acknowledge an episode; it stays open until evidence or a decision resolves it')
    .option('--undo', 'withdraw the acknowledgement')
    .option('--assign <name>', 'who is responsible; empty to unassign')
    .option('--note <text>', 'a note; empty to remove it')
    .option(...JSON_OPTION)
    .action((id: string, options: AckOptions) => acknowledge(shell, id, options));
  drift
    .command('snapshots')
    .description('list posture snapshots, newest first')
    .option('--named', 'only named snapshots')
    .option(...JSON_OPTION)
    .action(({ json, named }: Json & { named?: boolean }) =>
      withApi(shell, async (api) => {
        const { items } = await api.call(listSnapshots, { query: { limit: 200, named } });
        if (json) shell.printJson({ snapshots: items });
        else if (items.length > 0) shell.print(snapshotsTable(items, shell.width));
        else shell.print('There are no snapshots yet.');
      }),
    );
  drift
    .command('snapshot <name>')
    .description('store the current posture as a named snapshot')
    .option(...JSON_OPTION)
    .action((name: string, { json }: Json) =>
      withApi(shell, async (api) => {
        const trimmed = name.trim();
        if (trimmed === '' || trimmed.length > 100)
          throw usageError('a name must have 1 to 100 characters');
        const snapshot = await api.call(createSnapshot, { body: { name: trimmed } });
        if (json) shell.printJson({ snapshot });
        else shell.print(snapshotsTable([snapshot], shell.width));
      }),
    );
  drift
    .command('diff <from> [to]')
    .description('compare two snapshots, by name or id; “now” is the current posture')
    .option(...JSON_OPTION)
    .action((from: string, to: string | undefined, { json }: Json) =>
      withApi(shell, async (api) => {
        const diff = await api.call(diffSnapshots, { query: { from, to: to ?? 'now' } });
        if (json) shell.printJson(diff);
        else printDiff(shell, diff);
      }),
    );
  addDriftChannels(drift, shell);
}

interface AckOptions extends Json {
  undo?: boolean;
  assign?: string;
  note?: string;
}

async function acknowledge(
  shell: Shell,
  id: string,
  { undo, assign, note, json }: AckOptions,
): Promise<void> {
  const textOf = (text: string | undefined) => (text?.trim() === '' ? null : text);
  const changes = fitted(changeDriftEvent.body as NonNullable<typeof changeDriftEvent.body>, {
    acknowledged: !undo,
    assignee: textOf(assign),
    note: textOf(note),
  });
  const request = { params: { eventId: id }, body: changes };
  await withApi(shell, async (api) =>
    printEvent(shell, await api.call(changeDriftEvent, request), json),
  );
}

interface ListOptions extends Json {
  status?: string;
  type?: string;
  control?: string;
  framework?: string;
  domain?: string;
  severity?: string;
  from?: string;
  to?: string;
  limit: string;
}

async function list(shell: Shell, { json, limit, ...given }: ListOptions): Promise<void> {
  const type = oneOf('type', DRIFT_TYPES, given.type);
  const status = oneOf('status', DRIFT_STATUSES, given.status);
  const severity = oneOf('severity', SEVERITIES, given.severity);
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 1 || most > 200)
    throw usageError('--limit must be from 1 to 200');
  await withApi(shell, async (api) => {
    const filter = {
      ...(type ? { type: [type] } : {}),
      status,
      control: given.control?.toUpperCase(),
      framework: given.framework,
      domain: given.domain?.toUpperCase(),
      ...(severity ? { severity: [severity] } : {}),
      from: given.from && instantOf('from', given.from, 'T00:00:00.000Z'),
      to: given.to && instantOf('to', given.to, 'T23:59:59.999Z'),
    };
    const query = { ...filter, limit: most };
    const { items, nextCursor } = await api.call(listDriftEvents, { query });
    if (json) return shell.printJson({ events: items });
    shell.print(items.length > 0 ? eventsTable(items, shell.width) : noneFits(given));
    if (nextCursor) shell.print(dim(`Showing the ${most} last seen; --limit shows more.`));
  });
}

function noneFits(given: Omit<ListOptions, 'limit' | 'json'>): string {
  return Object.values(given).some((value) => value !== undefined)
    ? 'No drift matches.'
    : 'There is no drift: nothing has changed since the first report.';
}

function oneOf<T extends string>(option: string, known: readonly T[], text: string | undefined) {
  if (text === undefined) return undefined;
  const found = known.find((name) => name === text.replaceAll('-', '_'));
  if (!found)
    throw usageError(`unknown --${option} ${oneLine(text, 50)}; there are: ${known.join(', ')}`);
  return found;
}

function eventsTable(events: readonly DriftEvent[], room: number): string {
  return table(
    [
      { title: 'Last seen' },
      { title: 'Severity' },
      { title: 'Type' },
      { title: 'Status' },
      { title: 'What', grows: 2 },
      { title: 'Cause', grows: 3 },
      { title: 'Id' },
    ],
    events.map(({ id, lastSeenAt, severity, type, status, title, cause }) => [
      minuteOf(lastSeenAt),
      severity,
      type,
      status,
      oneLine(title, 200),
      oneLine(cause.text, 300),
      { text: id, paint: dim },
    ]),
    room,
  );
}

function printEvent(shell: Shell, event: DriftEvent, json?: boolean): void {
  if (json) shell.printJson({ event });
  else printEventLines(shell, event);
}

function printEventLines(shell: Shell, event: DriftEvent): void {
  const room = shell.width;
  const line = (label: string, text: string) =>
    shell.print(labelled(bold(label.padEnd(12)), text, room));
  shell.print(`${cyan(event.type)} ${bold(oneLine(event.title, 200))}`);
  line('Id', event.id);
  line('Severity', event.severity);
  line('Status', event.status);
  if (event.from && event.to) line('Moved', `${event.from} → ${event.to}`);
  line('Cause', event.cause.text);
  const { about } = event.cause;
  if (about) line('About', `${about.kind} ${about.id}`);
  line(
    'Seen',
    `${event.count} × from ${minuteOf(event.firstSeenAt)} to ${minuteOf(event.lastSeenAt)}`,
  );
  if (event.resolution) line('Over', `${event.resolution.kind}: ${event.resolution.text}`);
  if (event.controls.length > 0) line('Controls', event.controls.join(', '));
  if (event.frameworks.length > 0) line('Frameworks', event.frameworks.join(', '));
  if (event.acknowledged) line('Seen by', event.acknowledged.actor);
  if (event.assignee) line('Assigned', event.assignee);
  if (event.note) line('Note', event.note);
}

function snapshotsTable(snapshots: readonly DriftSnapshot[], room: number): string {
  const figure = { align: 'right' } as const;
  return table(
    [
      { title: 'At' },
      { title: 'Name', grows: 1 },
      { title: 'Implemented', ...figure },
      { title: 'Partial', ...figure },
      { title: 'Not implemented', ...figure },
      { title: 'Id' },
    ],
    snapshots.map(({ id, at, name, controls }) => [
      minuteOf(at),
      name === null ? '–' : oneLine(name, 100),
      number(controls.implemented),
      number(controls.partial),
      number(controls.not_implemented),
      { text: id, paint: cyan },
    ]),
    room,
  );
}

function printDiff(shell: Shell, diff: SnapshotDiff): void {
  const nameOf = ({ name, at }: DriftSnapshot) => `${name ?? 'unnamed'} (${minuteOf(at)})`;
  shell.print(bold(`${nameOf(diff.from)} → ${diff.to.id === 'now' ? 'now' : nameOf(diff.to)}`));
  if (diff.definitionChanged)
    shell.print('The library, the mapping or the rules changed in between.');
  if (diff.settingsChanged)
    shell.print('The team’s thresholds, scopes or matches changed in between.');
  if (diff.controls.length === 0) shell.print('No control changed status.');
  else {
    const rows = diff.controls.map(({ id, title, from, to, openFindings, causes }) => [
      { text: id, paint: cyan },
      title,
      `${from ?? 'none'} → ${to ?? 'none'}`,
      `${openFindings.from} → ${openFindings.to}`,
      oneLine(causes.join('; '), 300),
    ]);
    shell.print(
      table(
        [
          { title: 'Control' },
          { title: 'Title', grows: 2 },
          { title: 'Status' },
          { title: 'Findings' },
          { title: 'Cause', grows: 3 },
        ],
        rows,
        shell.width,
      ),
    );
  }
  for (const { name, score } of diff.frameworks) {
    if (score.from !== score.to) shell.print(`${name}: ${score.from ?? '–'} → ${score.to ?? '–'}`);
  }
  const findings = diff.findings
    ? `; findings: ${diff.findings.opened} more, ${diff.findings.closed} fewer`
    : '';
  shell.print(`${diff.requirementsTotal} requirements changed${findings}`);
}
