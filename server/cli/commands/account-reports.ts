import type { Command } from 'commander';
import type { ReportPlace } from '../../../contract/report-places.js';
import { localOperator } from '../../platform/auth/actor.js';
import { InvalidInputError } from '../../platform/errors.js';
import { dim, green } from '../output/style.js';
import { table } from '../output/table.js';
import type { Shell } from '../shell.js';
import { withCore } from '../with-core.js';

interface Options {
  whole?: boolean;
  compare?: boolean;
  json?: boolean;
}

/** `cspm account reports`: whether the reports of an account or target are always whole. */
export function addAccountReports(account: Command, shell: Shell): void {
  account
    .command('reports [place]')
    .description(
      'set whether the imported reports of an account or target (aws/123456789012) are always whole; list the settings',
    )
    .option('--whole', 'they are: findings that a report lacks are resolved')
    .option('--compare', 'they may be narrowed: compare each with what is known (the default)')
    .option('--json', 'print one JSON document')
    .action(async (named: string | undefined, options: Options) => {
      const { whole = false, compare = false, json } = options;
      if (named === undefined ? whole || compare : whole === compare) {
        throw new InvalidInputError('name an account or target with --whole or --compare', {
          usage: true,
        });
      }
      const places = await withCore(shell, async ({ scans: { wholeReports } }) => {
        if (named === undefined) return wholeReports.list(localOperator);
        const [provider = '', ...rest] = named.split('/');
        const place = { provider, accountId: rest.join('/'), isWhole: whole };
        return [await wholeReports.change(localOperator, place)];
      });
      if (json) shell.printJson({ places });
      else if (places.length === 0) shell.print('no reports have been imported yet');
      else shell.print(placesTable(places, shell.width));
    });
}

function placesTable(places: readonly ReportPlace[], room: number): string {
  return table(
    [{ title: 'Account or target', grows: 1 }, { title: 'Its reports are' }],
    places.map(({ provider, accountId, isWhole }) => [
      `${provider}/${accountId}`,
      isWhole
        ? { text: 'whole', paint: green }
        : { text: 'compared with what is known', paint: dim },
    ]),
    room,
  );
}
