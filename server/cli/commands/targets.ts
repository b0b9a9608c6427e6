import type { Command } from 'commander';
import { localOperator } from '../../platform/auth/actor.js';
import { NotFoundError } from '../../platform/errors.js';
import { LocalApi } from '../remote/local-api.js';
import { declareOwn, sorted } from '../scans/own-targets.js';
import type { Shell } from '../shell.js';
import { withScans } from '../with-core.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

export function addTargets(targets: Command, shell: Shell): void {
  const own = targets
    .command('own')
    .description(
      'hosts, names (*.corp.example) and ranges (10.0.0.0/8) declared as your team’s own; only these are attacked or scanned at private addresses',
    );
  own
    .command('list')
    .description('list the declared targets')
    .option(...JSON_OPTION)
    .action(({ json }: Json) =>
      withScans(shell, async ({ orchestration }) => {
        const declared = await orchestration.ownTargets.get(localOperator);
        if (json) return shell.printJson(declared);
        const all = [...declared.ranges, ...declared.names];
        shell.print(
          all.length > 0
            ? all.join('\n')
            : 'no targets are declared: only public addresses are scanned',
        );
      }),
    );
  own
    .command('add <target...>')
    .description(
      'declare addresses, ranges, names or the hosts of URLs; recorded in the audit trail',
    )
    .option(...JSON_OPTION)
    .action((targets: string[], { json }: Json) =>
      withScans(shell, async (core) => {
        await declareOwn(shell, new LocalApi(core), targets);
        if (json) shell.printJson(await core.orchestration.ownTargets.get(localOperator));
      }),
    );
  own
    .command('remove <target...>')
    .description('remove declarations')
    .option(...JSON_OPTION)
    .action((targets: string[], { json }: Json) =>
      withScans(shell, async ({ orchestration: { ownTargets } }) => {
        const wanted = await sorted(targets);
        const known = await ownTargets.get(localOperator);
        const unknown = [
          ...wanted.ranges.filter((range) => !known.ranges.includes(range)),
          ...wanted.names.filter((name) => !known.names.includes(name)),
        ];
        if (unknown.length > 0) throw new NotFoundError(`not declared: ${unknown.join(', ')}`);
        const left = await ownTargets.put(localOperator, {
          ranges: known.ranges.filter((range) => !wanted.ranges.includes(range)),
          names: known.names.filter((name) => !wanted.names.includes(name)),
        });
        if (json) shell.printJson(left);
      }),
    );
}
