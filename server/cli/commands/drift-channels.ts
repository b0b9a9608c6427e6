import type { Command } from 'commander';
import { DriftChannel, DriftDelivery, IN_APP } from '../../../contract/drift.js';
import type { Drift } from '../../modules/drift/index.js';
import { localOperator } from '../../platform/auth/actor.js';
import { NotFoundError } from '../../platform/errors.js';
import { EXIT } from '../exit-codes.js';
import { oneLine } from '../output/scan-words.js';
import { dim, number } from '../output/style.js';
import { table } from '../output/table.js';
import type { Shell } from '../shell.js';
import { minuteOf, withDrift } from '../with-drift.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

/** Drift notifications. Channels are added in the web app, because their addresses are secrets. */
export function addDriftChannels(drift: Command, shell: Shell): void {
  drift
    .command('policies')
    .description('list the notification policies')
    .option(...JSON_OPTION)
    .action(({ json }: Json) =>
      withDrift(shell, async ({ policies, channels }) => {
        const { items } = await policies.list(localOperator);
        if (json) {
          shell.printJson({ policies: items });
          return;
        }
        const known = await channels.list(localOperator);
        const names = new Map(known.items.map(({ id, name }) => [id, name]));
        const nameOf = (id: string) => (id === IN_APP ? 'the web app' : (names.get(id) ?? id));
        const rows = items.map((policy) => [
          oneLine(policy.name, 100),
          policy.enabled ? 'yes' : 'no',
          policy.types.join(', ') || 'all',
          policy.minSeverity,
          oneLine(policy.channels.map(nameOf).join(', '), 200),
        ]);
        shell.print(
          tableOf(['Policy', 'On', 'Types', 'From severity', 'Channels'], rows, shell.width),
        );
      }),
    );
  drift
    .command('channels')
    .description('list the notification channels: mail, Slack, Teams and webhooks')
    .option(...JSON_OPTION)
    .action(({ json }: Json) =>
      withDrift(shell, async ({ channels }) => {
        const { items } = await channels.list(localOperator);
        if (json) shell.printJson({ channels: items.map((item) => DriftChannel.parse(item)) });
        else if (items.length > 0) shell.print(channelsTable(items, shell.width));
        else shell.print('There are no channels yet: add one in the web app, under Drift.');
      }),
    );
  drift
    .command('test <channel>')
    .description('send a test message to a channel, by name or id; exit code 1 when it fails')
    .option(...JSON_OPTION)
    .action((channel: string, { json }: Json) =>
      withDrift(shell, async ({ channels }) => {
        const { id } = await channelOf(channels, channel);
        const delivery = await channels.test(localOperator, id);
        if (json) shell.printJson({ delivery: DriftDelivery.parse(delivery) });
        else shell.print(deliveriesTable([delivery], shell.width));
        if (delivery.status !== 'sent') shell.exitCode = EXIT.failed;
      }),
    );
  drift
    .command('deliveries <channel>')
    .description('list the 50 newest deliveries of a channel and their outcome')
    .option(...JSON_OPTION)
    .action((channel: string, { json }: Json) =>
      withDrift(shell, async ({ channels }) => {
        const { id } = await channelOf(channels, channel);
        const { items } = await channels.deliveries(localOperator, id, { limit: 50 });
        if (json) shell.printJson({ deliveries: items.map((item) => DriftDelivery.parse(item)) });
        else
          shell.print(
            items.length > 0 ? deliveriesTable(items, shell.width) : 'Nothing has been sent yet.',
          );
      }),
    );
}

async function channelOf(channels: Drift['channels'], wanted: string): Promise<DriftChannel> {
  const { items } = await channels.list(localOperator);
  const found =
    items.find(({ id }) => id === wanted) ?? items.find(({ name }) => name === wanted.trim());
  if (found) return found;
  throw new NotFoundError(
    `there is no channel ${oneLine(wanted, 100)} (cspm drift channels lists them)`,
  );
}

function channelsTable(channels: readonly DriftChannel[], room: number): string {
  return tableOf(
    ['Channel', 'Kind', 'On', 'To', 'Last message', 'Id'],
    channels.map(({ id, name, kind, enabled, destination, lastDelivery }) => [
      oneLine(name, 100),
      kind,
      enabled ? 'yes' : 'no',
      oneLine(destination, 200),
      lastDelivery ? `${lastDelivery.status} ${minuteOf(lastDelivery.at)}` : '–',
      { text: id, paint: dim },
    ]),
    room,
  );
}

function deliveriesTable(deliveries: readonly DriftDelivery[], room: number): string {
  return tableOf(
    ['At', 'Status', 'Tries', 'Answer', 'Message'],
    deliveries.map(({ createdAt, status, attempts, responseStatus, problem, subject }) => [
      minuteOf(createdAt),
      status,
      number(attempts),
      oneLine([responseStatus, problem].filter((part) => part !== null).join(' '), 300) || '–',
      oneLine(subject, 200),
    ]),
    room,
  );
}

function tableOf(
  titles: readonly string[],
  rows: Parameters<typeof table>[1],
  room: number,
): string {
  return table(
    titles.map((title) => ({ title })),
    rows,
    room,
  );
}
