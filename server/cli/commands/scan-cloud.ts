import { type Command, Option } from 'commander';
import {
  CLOUD_PROVIDERS,
  type CloudAccount,
  type CloudCredentials,
  type CloudProvider,
  changeCloudAccount,
  createCloudAccount,
  NewCloudAccount,
  providerAccountId,
} from '../../../contract/cloud-security.js';
import { ScanRequest, startScan } from '../../../contract/orchestration.js';
import { SEVERITIES } from '../../../contract/severity.js';
import { type PlaceOptions, readAccountPlace, regionsOf } from '../accounts/account-place.js';
import { testLine, waitForTest } from '../accounts/connection-test.js';
import { allAccounts, findAccount } from '../accounts/find-account.js';
import { addPlaceOptions } from '../accounts/place-options.js';
import type { Environment } from '../io.js';
import { oneLine } from '../output/scan-words.js';
import { dim } from '../output/style.js';
import { helpText } from '../output/wrap.js';
import type { Api } from '../remote/api.js';
import { withApi } from '../remote/with-api.js';
import { runScan } from '../scans/run-scan.js';
import { addRunOptions, listed, type RunOptions } from '../scans/scan-options.js';
import type { Shell } from '../shell.js';
import { asUsage, fitted, usageError } from '../usage-error.js';

interface CloudOptions extends RunOptions, PlaceOptions {
  account?: string;
  service?: string[];
  severity?: string[];
}

const MORE = helpText(
  'Without --account: the account named by the environment (stored if new), or the only stored one.',
);

/** `cspm scan aws|azure|gcp|kubernetes`. */
export function addCloudScans(scan: Command, shell: Shell): void {
  for (const provider of CLOUD_PROVIDERS) {
    const command = addPlaceOptions(scan.command(provider), provider);
    command.description(`${command.description()} (Prowler)`);
    addRunOptions(
      command
        .option('--account <name>', 'a stored account, by its name, id or provider id')
        .optionsGroup('The scan:')
        .option('--service <service>', 'only this service, e.g. s3; repeatable', listed)
        .addOption(
          new Option(
            '--severity <severity>',
            `only checks of this severity (${SEVERITIES.join(', ')}); repeatable`,
          ).argParser(listed),
        ),
    )
      .addHelpText('after', MORE)
      .action((options: CloudOptions) => run(shell, provider, options));
  }
}

async function run(shell: Shell, provider: CloudProvider, options: CloudOptions): Promise<void> {
  const { region, service: services, severity: severities } = options;
  const work = async (api: Api) => {
    const account = await accountFor(shell, api, provider, options);
    if (!account) return;
    const regions = provider === 'aws' && region ? regionsOf(region) : undefined;
    const wanted = { kind: 'cloud', accountId: account.id, regions, services, severities };
    const request = fitted(ScanRequest, wanted);
    await runScan(shell, api, () => api.call(startScan, { body: request }), options);
  };
  await withApi(shell, work, { scans: {} });
}

/** Never guesses between several accounts. Null when a signal interrupted the connection test. */
async function accountFor(
  shell: Shell,
  api: Api,
  provider: CloudProvider,
  options: CloudOptions,
): Promise<CloudAccount | null> {
  if (options.account !== undefined) return findAccount(api, options.account, provider);
  // What the environment of this machine holds is not for a server.
  if (namesAccount(api.server === null ? shell.env : {}, provider, options)) {
    if (api.server === null) return accountFromEnvironment(shell, api, provider, options);
    throw usageError(
      'credentials are not sent to a server: store the account there, and give --account',
    );
  }
  const all = (await allAccounts(api)).filter(
    (account) => account.provider === provider && account.status !== 'reports_only',
  );
  const [only] = all;
  if (only && all.length === 1) return only;
  if (only) {
    const names = all.map(({ name }) => oneLine(name, 100)).join(', ');
    throw usageError(`several accounts match: give --account, one of: ${names}`);
  }
  throw usageError(
    `there is no ${provider} account yet: cspm account add ${provider} --help, or give one by the environment (cspm scan ${provider} --help)`,
  );
}

/** Whether the options or the environment name an account. Keys alone do not. */
function namesAccount(env: Environment, provider: CloudProvider, options: PlaceOptions): boolean {
  const has = (...values: (string | undefined)[]) => values.some((value) => value?.trim());
  switch (provider) {
    case 'aws':
      return has(options.accountNumber, options.roleArn, env.AWS_ACCOUNT_ID);
    case 'azure':
      return has(options.subscription, env.AZURE_SUBSCRIPTION_ID);
    case 'gcp':
      return has(options.keyFile, options.credentials, env.GOOGLE_APPLICATION_CREDENTIALS);
    case 'kubernetes':
      return has(options.kubeconfig, env.KUBECONFIG);
  }
}

/** The stored account with this provider id and these credentials; a new one is stored and tested. */
async function accountFromEnvironment(
  shell: Shell,
  api: Api,
  provider: CloudProvider,
  options: CloudOptions,
): Promise<CloudAccount | null> {
  const { scope, credentials } = await readAccountPlace(shell.io, provider, options);
  const known = (await allAccounts(api)).find(
    (account) =>
      account.provider === provider &&
      providerAccountId(account.scope) === providerAccountId(scope),
  );
  if (known && (await isSame(known, credentials))) return known;
  const name = `${provider} ${providerAccountId(scope)}`;
  const stored = await asUsage(
    known?.credentials
      ? api.call(changeCloudAccount, { params: { accountId: known.id }, body: { credentials } })
      : api.call(createCloudAccount, {
          body: fitted(NewCloudAccount, { name, scope, credentials }),
        }),
  );
  const what = known?.credentials ? 'replaced the credentials of' : 'stored as';
  shell.note(
    dim(`${what} the account “${oneLine(stored.name)}”; “cspm account remove” deletes them`),
  );
  if (options.detach) return stored;
  const tested = await waitForTest(shell, api, stored.id);
  // A failed test does not prevent the scan, which reports missing permissions itself.
  if (tested) shell.note(testLine(tested));
  return tested;
}

/** Long-lived keys are compared by id; other credentials always count as changed. */
async function isSame({ credentials }: CloudAccount, given: CloudCredentials): Promise<boolean> {
  if (given.kind !== 'aws_keys' || given.sessionToken) return false;
  const { hintOf } = await import('../../modules/cloud-security/index.js');
  return hintOf(given) === credentials?.hint;
}
