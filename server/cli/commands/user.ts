import type { Command } from 'commander';
import type { User } from '../../../contract/users.js';
import type { Identity } from '../../modules/identity/index.js';
import { localOperator } from '../../platform/auth/actor.js';
import { NotFoundError } from '../../platform/errors.js';
import { ago } from '../output/scan-words.js';
import { bold, cyan, dim } from '../output/style.js';
import { table } from '../output/table.js';
import type { Shell } from '../shell.js';
import { usageError } from '../usage-error.js';
import { withCore } from '../with-core.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

export function addUser(command: Command, shell: Shell): void {
  command
    .command('create <e-mail>')
    .description('create a user; prints a link by which they choose their password')
    .option('--name <name>', 'the person’s name')
    .option('--admin', 'administrator of the installation and admin of the default team')
    .option('--password-stdin', 'read the password from standard input instead of a link')
    .option(...JSON_OPTION)
    .action((email: string, options: CreateOptions) => create(shell, email, options));
  command
    .command('list', { isDefault: true })
    .description('list the users')
    .option(...JSON_OPTION)
    .action(({ json }: Json) => list(shell, json));
  command
    .command('reset <e-mail>')
    .description('print a link, valid for a day, by which the user sets a new password')
    .option(...JSON_OPTION)
    .action((email: string, { json }: Json) => reset(shell, email, json));
  command
    .command('link')
    .description('print a link, valid for an hour, that signs you in as the operator')
    .option(...JSON_OPTION)
    .action(({ json }: Json) => link(shell, json));
}

interface CreateOptions extends Json {
  name?: string;
  admin?: boolean;
  passwordStdin?: boolean;
}

async function create(shell: Shell, given: string, options: CreateOptions): Promise<void> {
  const { Email } = await import('../../../contract/sign-in.js');
  const email = Email.safeParse(given);
  if (!email.success) throw usageError(`“${given}” is not an e-mail address`);
  const name = options.name?.trim() || email.data.replace(/@.*/, '');
  const password = options.passwordStdin ? await passwordOf(shell) : undefined;
  await withIdentity(shell, async ({ users, setup }) => {
    const person = { email: email.data, name, password };
    const isFirst = options.admin === true && password !== undefined && (await setup.isNeeded());
    const userId = isFirst
      ? await setup.createFirst(person)
      : (await users.create(localOperator, { ...person, isInstallationAdmin: !!options.admin })).id;
    const user = await users.get(userId);
    const reset = password === undefined ? await users.resetLink(localOperator, userId) : null;
    if (options.json) return shell.printJson({ user, link: reset });
    shell.print(`${bold(name)} (${email.data}) was created`);
    if (reset) shell.print(linkText(shell, reset.path, 'choose a password'));
  });
}

/** One line, so that the password is in no process list and no history. */
async function passwordOf(shell: Shell): Promise<string> {
  let text = '';
  for await (const chunk of shell.io.stdin) {
    text += String(chunk);
    if (text.length > 10_000) break;
  }
  const [password = ''] = text.split(/\r?\n/);
  if (password === '') throw usageError('there is no password on standard input');
  return password;
}

async function list(shell: Shell, json?: boolean): Promise<void> {
  await withIdentity(shell, async ({ users }) => {
    const all: User[] = [];
    let cursor: string | undefined;
    do {
      const page = await users.list(undefined, 200, cursor);
      all.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    if (json) return shell.printJson({ users: all });
    if (all.length === 0) return shell.print('there are no users yet: cspm user create <e-mail>');
    const columns = [
      { title: 'Name' },
      { title: 'E-mail' },
      { title: 'Teams', grows: 1 },
      { title: 'State' },
      { title: 'Last sign-in', align: 'right' as const },
    ];
    const rows = all.map((user) => [
      user.name,
      user.email ?? dim(user.kind),
      user.teams.map((team) => `${team.name} (${team.role})`).join(', '),
      [user.status, ...(user.isInstallationAdmin ? ['administrator'] : [])].join(', '),
      user.lastSignInAt ? ago(user.lastSignInAt) : '–',
    ]);
    shell.print(table(columns, rows, shell.width));
  });
}

async function reset(shell: Shell, email: string, json?: boolean): Promise<void> {
  await withIdentity(shell, async ({ users }) => {
    const { items } = await users.list(email, 200);
    const user = items.find((each) => each.email === email.trim().toLowerCase());
    if (!user) throw new NotFoundError(`there is no user ${email}`);
    const { path, expiresAt } = await users.resetLink(localOperator, user.id);
    if (json) return shell.printJson({ path, expiresAt });
    shell.print(linkText(shell, path, 'set a new password'));
  });
}

async function link(shell: Shell, json?: boolean): Promise<void> {
  await withIdentity(shell, async ({ setup, links }) => {
    const { path, expiresAt } = await links.create('link', await setup.ensureOperator());
    if (json) return shell.printJson({ path, expiresAt });
    shell.print(linkText(shell, path, 'sign in'));
  });
}

function linkText(shell: Shell, path: string, what: string): string {
  const base = new URL(shell.env.PUBLIC_URL || `http://127.0.0.1:${shell.env.PORT || 8080}`);
  return `open this to ${what}, once: ${cyan(base.origin + path)}`;
}

function withIdentity(shell: Shell, work: (identity: Identity) => Promise<void>): Promise<void> {
  return withCore(shell, ({ container }) => work(container.get('identity')));
}
