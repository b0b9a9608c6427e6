import type { Command } from 'commander';
import type { AccountRegions } from '../../../contract/account-regions.js';
import { providerAccountId } from '../../../contract/cloud-security.js';
import { localOperator } from '../../platform/auth/actor.js';
import { findAccount } from '../accounts/find-account.js';
import { bold, cyan, dim, yellow } from '../output/style.js';
import { labelled } from '../output/wrap.js';
import { LocalApi } from '../remote/local-api.js';
import type { Shell } from '../shell.js';
import { asUsage, usageError } from '../usage-error.js';
import { withCore, withScans } from '../with-core.js';

interface Options {
  regions?: string;
  unknown?: boolean;
  json?: boolean;
}

interface Place {
  provider: string;
  accountId: string;
}

/** `cspm account regions`: which regions an account uses. */
export function addAccountRegions(account: Command, shell: Shell): void {
  account
    .command('regions <account>')
    .description(
      'show or state which regions an account uses: an id, a name, or any account of a report (aws/123456789012)',
    )
    .option('--regions <list>', 'it uses these and no others, e.g. eu-west-1,eu-central-1')
    .option('--unknown', 'forget what was stated')
    .option('--json', 'print one JSON document')
    .action(async (named: string, { regions, unknown = false, json }: Options) => {
      if (regions !== undefined && unknown) {
        throw usageError('--unknown cannot be combined with --regions');
      }
      const given = regions?.split(/[\s,]+/).filter((region) => region !== '');
      if (given?.length === 0) throw usageError('--regions is empty; --unknown forgets them');
      const place = await placeOf(shell, named);
      const found = await withCore(shell, ({ compliance }) => {
        if (unknown) return asUsage(compliance.regions.clear(localOperator, place));
        if (given) return asUsage(compliance.regions.state(localOperator, place, given));
        return asUsage(compliance.regions.get(localOperator, place));
      });
      if (json) shell.printJson(found);
      else for (const line of regionLines(found, shell.width)) shell.print(line);
    });
}

/** An account of a report by `provider/account`; one that is scanned also by its id or name. */
async function placeOf(shell: Shell, named: string): Promise<Place> {
  const slash = named.indexOf('/');
  if (slash > 0) {
    return { provider: named.slice(0, slash).toLowerCase(), accountId: named.slice(slash + 1) };
  }
  return withScans(shell, async (core) => {
    const { provider, scope } = await findAccount(new LocalApi(core), named);
    return { provider, accountId: providerAccountId(scope) };
  });
}

function regionLines(
  { account, inUse, seen, missing, notListed, changedBy, changedAt }: AccountRegions,
  room: number,
): string[] {
  const line = (label: string, text: string) => labelled(bold(label.padEnd(11)), text, room);
  const since = changedAt ? dim(` (stated by ${changedBy} on ${changedAt.slice(0, 10)})`) : '';
  return [
    cyan(account),
    line('In use', inUse ? `${inUse.join(', ')}${since}` : 'unknown: state them with --regions'),
    line('Seen', seen.join(', ') || 'no results name a region'),
    ...(missing.length > 0
      ? [line('No results', yellow(`${missing.join(', ')}: they count as without evidence`))]
      : []),
    ...(notListed.length > 0
      ? [line('Not listed', yellow(`${notListed.join(', ')}: results of them count all the same`))]
      : []),
  ];
}
