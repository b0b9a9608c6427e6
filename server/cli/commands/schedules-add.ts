import { type Command, Option } from 'commander';
import { NetworkProfile, WebDepth } from '../../../contract/orchestration.js';
import { NewScanSchedule } from '../../../contract/scan-schedules.js';
import { SEVERITIES } from '../../../contract/severity.js';
import { localOperator } from '../../platform/auth/actor.js';
import { findAccount } from '../accounts/find-account.js';
import { scanSchedulesTable } from '../output/schedules-table.js';
import { LocalApi } from '../remote/local-api.js';
import { folderToScan } from '../scans/folder-to-scan.js';
import { declareOwn } from '../scans/own-targets.js';
import { listed } from '../scans/scan-options.js';
import { addTimingOptions, cronOf, type TimingOptions } from '../scans/schedule-options.js';
import { schedulesOf } from '../scans/schedules-of.js';
import type { Shell } from '../shell.js';
import { asUsage, fitted } from '../usage-error.js';
import { type ScanCore, withScans } from '../with-core.js';

interface NewOptions extends TimingOptions {
  name?: string;
  paused?: boolean;
  own?: boolean;
  json?: boolean;
}

const OWN = [
  '--own',
  'declare the target as your team’s own, as private addresses and attacks require',
] as const;

/** `cspm schedules add <kind> <target>`. */
export function addNewSchedules(schedules: Command, shell: Shell): void {
  const add = schedules.command('add').description('schedule scans of a target').helpCommand(false);
  const kind = (usage: string, description: string) => options(add, usage, description);
  kind('account <account>', 'a stored cloud account, by its name, id or provider id')
    .option('--region <region>', 'AWS: only this region; repeatable', listed)
    .option('--service <service>', 'only this service, e.g. s3; repeatable', listed)
    .option(
      '--severity <severity>',
      `only checks of this severity (${SEVERITIES.join(', ')}); repeatable`,
      listed,
    )
    .action((account: string, given: NewOptions & CloudOptions) => {
      const { region: regions, service: services, severity: severities } = given;
      return create(shell, given, async (core) => {
        const { id: accountId } = await findAccount(new LocalApi(core), account);
        return { kind: 'cloud', accountId, regions, services, severities };
      });
    });
  kind('image <reference>', 'a container image').action((image: string, given: NewOptions) =>
    create(shell, given, async () => ({ kind: 'image', image })),
  );
  for (const [name, of, about] of [
    ['fs', 'filesystem', 'a folder that SCAN_FOLDERS allows'],
    ['config', 'config', 'infrastructure as code in a folder that SCAN_FOLDERS allows'],
  ] as const) {
    kind(`${name} <folder>`, about).action(async (folder: string, given: NewOptions) => {
      const path = await folderToScan(shell.io, folder);
      return create(shell, given, async () => ({ kind: of, path }));
    });
  }
  kind('repo <url>', 'a public repository, by its https URL')
    .option(...OWN)
    .action((url: string, given: NewOptions) =>
      create(shell, given, async () => ({ kind: 'repository', url }), [url]),
    );
  kind('web <url>', 'a web site')
    .addOption(
      new Option('--depth <depth>', 'as in cspm scan web')
        .choices(WebDepth.options)
        .default('headers'),
    )
    .option('--api-definition <url>', 'URL of an OpenAPI document, for --depth api')
    .option(...OWN)
    .action((url: string, given: NewOptions & { depth: string; apiDefinition?: string }) => {
      const { depth, apiDefinition } = given;
      return create(shell, given, async () => ({ kind: 'web', url, depth, apiDefinition }), [url]);
    });
  kind('network <host...>', 'hosts and ranges')
    .addOption(
      new Option('--profile <profile>', 'how thorough')
        .choices(NetworkProfile.options)
        .default('quick'),
    )
    .option(...OWN)
    .action((targets: string[], given: NewOptions & { profile: string }) => {
      const { profile } = given;
      return create(shell, given, async () => ({ kind: 'network', targets, profile }), targets);
    });
}

interface CloudOptions {
  region?: string[];
  service?: string[];
  severity?: string[];
}

function options(add: Command, usage: string, description: string): Command {
  return addTimingOptions(add.command(usage).description(description))
    .optionsGroup('Options:')
    .option('--name <name>', 'default: the target')
    .option('--paused', 'create it paused')
    .option('--json', 'print one JSON document');
}

/** `targets`: declared by `--own`. */
async function create(
  shell: Shell,
  given: NewOptions,
  requestOf: (core: ScanCore) => Promise<object>,
  targets: readonly string[] = [],
): Promise<void> {
  const cron = cronOf(given);
  const { name, timeZone, jitter: jitterMinutes, paused, own, json } = given;
  await withScans(shell, async (core) => {
    const request = await requestOf(core);
    const wanted = { name, request, cron, timeZone, jitterMinutes, enabled: !paused };
    const input = fitted(NewScanSchedule, wanted);
    if (own) await declareOwn(shell, new LocalApi(core), targets);
    const schedule = await asUsage(schedulesOf(core).scanSchedules.create(localOperator, input));
    if (json) shell.printJson({ schedule });
    else shell.print(scanSchedulesTable([schedule], shell.width));
  });
}
