import type { Command } from 'commander';
import {
  CLOUD_PROVIDERS,
  CloudAccount,
  NewCloudAccount,
  providerAccountId,
} from '../../../contract/cloud-security.js';
import { localOperator } from '../../platform/auth/actor.js';
import { ConflictError } from '../../platform/errors.js';
import { type PlaceOptions, readAccountPlace } from '../accounts/account-place.js';
import { testLine, waitForTest } from '../accounts/connection-test.js';
import { allAccounts, findAccount } from '../accounts/find-account.js';
import { addPlaceOptions } from '../accounts/place-options.js';
import { EXIT } from '../exit-codes.js';
import { oneLine } from '../output/scan-words.js';
import { bold, cyan, dim, green, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';
import { LocalApi } from '../remote/local-api.js';
import type { Shell } from '../shell.js';
import { asUsage, fitted } from '../usage-error.js';
import { type ScanCore, withScans } from '../with-core.js';
import { addAccountRegions } from './account-regions.js';
import { addAccountReports } from './account-reports.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

interface AddOptions extends PlaceOptions, Json {
  name?: string;
  replace?: boolean;
  wait: boolean;
}

export function addAccount(account: Command, shell: Shell): void {
  const add = account
    .command('add')
    .description('add an account, with secrets from the environment');
  for (const provider of CLOUD_PROVIDERS) {
    addPlaceOptions(add.command(provider), provider)
      .option('--name <name>', 'its display name')
      .option('--replace', 'replace the credentials of the existing account')
      .option('--no-wait', 'do not wait for the connection test')
      .option(...JSON_OPTION)
      .action((options: AddOptions) => addOne(shell, provider, options));
  }
  account
    .command('list')
    .description('list the accounts')
    .option(...JSON_OPTION)
    .action(({ json }: Json) =>
      withScans(shell, async (core) => {
        const accounts = await allAccounts(new LocalApi(core));
        if (json) shell.printJson({ accounts });
        else if (accounts.length > 0) shell.print(accountsTable(accounts, shell.width));
        else shell.print('there are no accounts yet: cspm account add --help');
      }),
    );
  account
    .command('test <account>')
    .description('test the connection and name missing permissions')
    .option(...JSON_OPTION)
    .action((named: string, options: Json) =>
      withScans(shell, async (core) => {
        const { id } = await findAccount(new LocalApi(core), named);
        await core.cloud.accounts.test(localOperator, id);
        await printTest(shell, core, id, options);
      }),
    );
  account
    .command('remove <account>')
    .description('remove an account and its credentials; results and findings are kept')
    .option(...JSON_OPTION)
    .action((named: string, { json }: Json) =>
      withScans(shell, async (core) => {
        const { id, name } = await findAccount(new LocalApi(core), named);
        await core.cloud.accounts.delete(localOperator, id);
        if (json) shell.printJson({ id });
        else shell.print(`removed ${bold(oneLine(name))}  ${dim(id)}`);
      }),
    );
  addAccountRegions(account, shell);
  addAccountReports(account, shell);
}

async function addOne(
  shell: Shell,
  provider: CloudAccount['provider'],
  { name, replace, wait, json, ...options }: AddOptions,
): Promise<void> {
  const place = await readAccountPlace(shell.io, provider, options);
  const wanted = fitted(NewCloudAccount, {
    name: name ?? `${provider} ${providerAccountId(place.scope)}`,
    ...place,
  });
  await withScans(shell, async (core) => {
    const { accounts } = core.cloud;
    const stored = await asUsage(accounts.create(localOperator, wanted)).catch((error: unknown) => {
      if (!(error instanceof ConflictError)) throw error;
      const { accountId } = error.details;
      if (replace && typeof accountId === 'string') {
        const { credentials } = wanted;
        return accounts.change(localOperator, accountId, { credentials, name });
      }
      const hint = '--replace replaces its credentials';
      throw new ConflictError(`${error.message}; ${hint}`, error.details, { cause: error });
    });
    if (!json) shell.print(`stored as ${bold(oneLine(stored.name))}  ${dim(stored.id)}`);
    if (wait) return printTest(shell, core, stored.id, { json });
    if (json) shell.printJson({ account: CloudAccount.parse(stored) });
  });
}

async function printTest(
  shell: Shell,
  core: ScanCore,
  accountId: string,
  { json }: Json,
): Promise<void> {
  const account = await waitForTest(shell, new LocalApi(core), accountId);
  if (!account) return;
  if (json) shell.printJson({ account });
  else shell.print(testLine(account));
  if (account.lastTest?.status !== 'passed') shell.exitCode = EXIT.failed;
}

function accountsTable(accounts: readonly CloudAccount[], room: number): string {
  return table(
    [
      { title: 'Name', grows: 2 },
      { title: 'Provider' },
      { title: 'Place', grows: 1 },
      { title: 'Regions', grows: 1 },
      { title: 'Credentials', grows: 1 },
      { title: 'Connection', grows: 2 },
    ],
    accounts.map(({ name, provider, scope, status, credentials, lastTest, attention }) => [
      {
        text: `${oneLine(name, 200)}${attention ? ' (needs attention)' : MARKS[status]}`,
        paint: cyan,
      },
      provider,
      oneLine(providerAccountId(scope), 200),
      scope.kind === 'aws' ? regionsText(scope.regions) : '–',
      credentials ? oneLine(credentials.hint, 200) : '–',
      credentials ? testCell(lastTest) : '–',
    ]),
    room,
  );
}

const MARKS = { active: '', inactive: ' (inactive)', reports_only: ' (reports only)' } as const;

function regionsText(regions: readonly string[]): string {
  return regions.length > 3 ? `${regions.length} regions` : regions.join(', ');
}

function testCell(test: CloudAccount['lastTest']) {
  if (!test) return { text: 'not tested', paint: dim };
  if (test.status === 'passed') return { text: 'works', paint: green };
  if (test.status === 'running') return { text: 'being tested', paint: yellow };
  return { text: oneLine(test.problem ?? 'failed', 300), paint: red };
}
