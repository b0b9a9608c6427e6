import { type Command, InvalidArgumentError } from 'commander';
import type { AuditEntry, AuditFilter, AuditVerification } from '../../../contract/audit.js';
import { localOperator } from '../../platform/auth/actor.js';
import { EXIT } from '../exit-codes.js';
import { instantOf } from '../instant-of.js';
import { oneLine } from '../output/scan-words.js';
import { dim, green, number, red } from '../output/style.js';
import { table } from '../output/table.js';
import type { Shell } from '../shell.js';
import { withCore } from '../with-core.js';

interface FilterOptions {
  actor?: string;
  action?: string;
  subject?: string;
  from?: string;
  to?: string;
}

interface ListOptions extends FilterOptions {
  limit: number;
  json?: boolean;
}

const MAX_LIMIT = 1_000;

export function addAudit(command: Command, shell: Shell): void {
  withFilter(
    command
      .command('list', { isDefault: true })
      .description('list the entries of the team’s audit trail, newest first'),
  )
    .option('--limit <number>', 'how many', limitFrom, 30)
    .option('--json', 'print one JSON document')
    .action((options: ListOptions) => list(shell, options));
  withFilter(
    command.command('export').description('print the matching entries as JSON lines, newest first'),
  ).action((options: FilterOptions) => exportLines(shell, options));
  command
    .command('verify')
    .description('check that no entry was changed, removed or moved; exit code 3 when one was')
    .option('--json', 'print one JSON document')
    .action(({ json }: { json?: boolean }) => verify(shell, json));
}

function withFilter(command: Command): Command {
  return command
    .option('--actor <id>', 'only entries of this user')
    .option('--action <action>', 'only this action or those that begin with it, such as “finding.”')
    .option('--subject <id>', 'only entries about this finding, control, scan …')
    .option('--from <date>', 'only entries from this day or instant on')
    .option('--to <date>', 'only entries before this day or instant');
}

function limitFrom(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MAX_LIMIT) return value;
  throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_LIMIT}`);
}

function filterOf({ actor, action, subject, from, to }: FilterOptions): AuditFilter {
  const START = 'T00:00:00Z';
  return {
    ...{ actor, action, subject },
    from: from && instantOf('from', from, START),
    to: to && instantOf('to', to, START),
  };
}

function list(shell: Shell, { limit, json, ...options }: ListOptions): Promise<void> {
  return withCore(shell, async ({ platform }) => {
    const { items } = await platform.audit.page(localOperator, filterOf(options), limit);
    const entries = items.map(({ teamId: _, ...entry }) => entry);
    if (json) return shell.printJson({ entries });
    shell.print(entries.length > 0 ? tableOf(entries, shell.width) : 'no entry matches');
  });
}

function exportLines(shell: Shell, options: FilterOptions): Promise<void> {
  return withCore(shell, async ({ platform: { audit } }) => {
    await audit.record(localOperator, 'audit.exported', localOperator.teamId);
    for await (const lines of audit.lines(localOperator, filterOf(options))) {
      await shell.write(lines);
    }
  });
}

function verify(shell: Shell, json?: boolean): Promise<void> {
  return withCore(shell, async ({ platform }) => {
    const result = await platform.audit.verify(localOperator);
    if (!result.ok) shell.exitCode = EXIT.gate;
    if (json) return shell.printJson(result);
    for (const line of linesOf(result)) shell.print(line);
  });
}

function linesOf({ ok, entries, unchained, problems }: AuditVerification): string[] {
  const before = unchained
    ? [
        dim(
          `${number(unchained)} older entries are from before the chain, which does not cover them`,
        ),
      ]
    : [];
  if (ok) return [green(`all ${number(entries)} entries are as they were written`), ...before];
  return [
    red(`${number(problems.length)} of ${number(entries)} entries are not as they were written:`),
    ...problems.map(({ seq, id, problem }) => `  ${seq}  ${problem}  ${id ?? ''}`.trimEnd()),
    ...before,
  ];
}

function tableOf(entries: readonly AuditEntry[], room: number): string {
  const columns = [
    { title: 'At' },
    { title: 'Actor' },
    { title: 'Action' },
    { title: 'Subject', grows: 1 },
    { title: 'Details', grows: 2 },
  ];
  const rows = entries.map(({ at, actor, action, subject, details }) => [
    at.slice(0, 19).replace('T', ' '),
    actor,
    action,
    oneLine(subject, 120),
    dim(Object.keys(details).length > 0 ? oneLine(JSON.stringify(details), 200) : ''),
  ]);
  return table(columns, rows, room);
}
