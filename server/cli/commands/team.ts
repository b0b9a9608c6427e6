import type { Command } from 'commander';
import { type TeamContents, TeamName } from '../../../contract/teams.js';
import type { Identity } from '../../modules/identity/index.js';
import { localOperator } from '../../platform/auth/actor.js';
import { NotFoundError } from '../../platform/errors.js';
import { bold, dim } from '../output/style.js';
import { table } from '../output/table.js';
import type { Shell } from '../shell.js';
import { usageError } from '../usage-error.js';
import { withCore } from '../with-core.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

export function addTeam(command: Command, shell: Shell): void {
  command
    .command('list', { isDefault: true })
    .description('list the teams')
    .option(...JSON_OPTION)
    .action(({ json }: Json) => list(shell, json));
  command
    .command('create <name>')
    .description('create a team')
    .option(...JSON_OPTION)
    .action((name: string, { json }: Json) => create(shell, name, json));
  command
    .command('delete <team>')
    .description('show what deleting a team deletes; with --confirm delete it')
    .option('--confirm <name>', 'the name of the team: delete it with everything it has')
    .option(...JSON_OPTION)
    .action((team: string, options: DeleteOptions) => remove(shell, team, options));
}

interface DeleteOptions extends Json {
  confirm?: string;
}

async function list(shell: Shell, json?: boolean): Promise<void> {
  await withIdentity(shell, async ({ teams }) => {
    const all = await teams.list();
    if (json) return shell.printJson({ teams: all });
    const columns = [
      { title: 'Team', grows: 1 },
      { title: 'Id' },
      { title: 'Members', align: 'right' as const },
    ];
    const rows = all.map(({ id, name, members, isDeleting }) => [
      isDeleting ? `${name} ${dim('is being deleted')}` : name,
      id,
      String(members),
    ]);
    shell.print(table(columns, rows, shell.width));
  });
}

async function create(shell: Shell, given: string, json?: boolean): Promise<void> {
  const name = TeamName.safeParse(given);
  if (!name.success) throw usageError('a team needs a name of at most 100 characters');
  await withIdentity(shell, async ({ teams, setup }) => {
    await setup.ensureOperator();
    const team = await teams.create(localOperator, name.data);
    if (json) return shell.printJson({ team });
    shell.print(`${bold(team.name)} (${team.id}) was created`);
  });
}

async function remove(shell: Shell, given: string, options: DeleteOptions): Promise<void> {
  const { confirm, json } = options;
  await withIdentity(shell, async ({ teams, teamDeletion }) => {
    const all = await teams.list();
    const team = all.find(({ id }) => id === given) ?? all.find(({ name }) => name === given);
    if (!team) throw new NotFoundError(`there is no team ${given}`);
    const contents = await teamDeletion.preview(team.id);
    if (confirm !== undefined) {
      await teamDeletion.begin(localOperator, team.id, confirm);
      await teamDeletion.run(team.id);
    }
    const isDeleted = confirm !== undefined;
    if (json) return shell.printJson({ ...contents, isDeleted });
    shell.print(contentsText(contents));
    shell.print(
      isDeleted
        ? `${bold(team.name)} was deleted`
        : `nothing was deleted: repeat with --confirm "${team.name}"`,
    );
  });
}

function contentsText({ members, counts }: TeamContents): string {
  const rows = counts.map(({ kind, count }) => [
    kind.replaceAll('_', ' '),
    count.toLocaleString('en-US'),
  ]);
  const columns = [
    { title: 'What', grows: 1 },
    { title: 'Count', align: 'right' as const },
  ];
  return table(columns, [['members', String(members)], ...rows], 60);
}

function withIdentity(shell: Shell, work: (identity: Identity) => Promise<void>): Promise<void> {
  return withCore(shell, ({ container }) => work(container.get('identity')));
}
