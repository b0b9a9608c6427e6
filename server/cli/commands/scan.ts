import { type Command, Option } from 'commander';
import {
  NetworkProfile,
  ScanRequest,
  startScan,
  WebDepth,
} from '../../../contract/orchestration.js';
import { helpText } from '../output/wrap.js';
import { chosenServer } from '../remote/chosen-server.js';
import { withApi } from '../remote/with-api.js';
import { folderToScan } from '../scans/folder-to-scan.js';
import { declareOwn } from '../scans/own-targets.js';
import { runScan } from '../scans/run-scan.js';
import { addRunOptions, type RunOptions } from '../scans/scan-options.js';
import type { Shell } from '../shell.js';
import { fitted, usageError } from '../usage-error.js';
import { addCloudScans } from './scan-cloud.js';
import { addScanRuns } from './scan-runs.js';

type TargetOptions = RunOptions & { own?: boolean };

const OWN = [
  '--own',
  'declare the target as your team’s own, as private addresses and attacks require',
] as const;

export function addScan(scan: Command, shell: Shell): void {
  scan.helpCommand(false).addHelpText('after', AFTER);
  scan.commandsGroup('What to scan:');
  addCloudScans(scan, shell);
  kind(
    scan,
    'image <reference>',
    'packages, secrets and misconfigurations of a container image (Trivy)',
  ).action((image: string, options: RunOptions) => run(shell, { kind: 'image', image }, options));
  kind(scan, 'fs <folder>', 'packages, secrets and misconfigurations in a folder (Trivy)').action(
    (path: string, options: RunOptions) => runFolder(shell, 'filesystem', path, options),
  );
  kind(scan, 'config <folder>', 'infrastructure as code in a folder (Trivy)').action(
    (path: string, options: RunOptions) => runFolder(shell, 'config', path, options),
  );
  kind(scan, 'repo <url>', 'a public repository, by its https URL (Trivy)')
    .option(...OWN)
    .action((url: string, options: TargetOptions) =>
      run(shell, { kind: 'repository', url }, options, [url]),
    );
  kind(scan, 'web <url>', 'a web site: headers, cookies and TLS built in; more with ZAP')
    .addOption(
      new Option(
        '--depth <depth>',
        'headers needs no tool; baseline needs ZAP; full and api attack',
      )
        .choices(WebDepth.options)
        .default('headers'),
    )
    .option('--api-definition <url>', 'URL of an OpenAPI document, for --depth api')
    .option(...OWN)
    .action((url: string, options: TargetOptions & { depth: string; apiDefinition?: string }) => {
      const { depth, apiDefinition } = options;
      if (depth === 'api' && apiDefinition === undefined) {
        throw usageError('--depth api needs --api-definition, the URL of an OpenAPI document');
      }
      return run(shell, { kind: 'web', url, depth, apiDefinition }, options, [url]);
    });
  kind(scan, 'network <host...>', 'open ports and services of hosts and ranges (Nmap)')
    .addOption(
      new Option('--profile <profile>', 'how thorough')
        .choices(NetworkProfile.options)
        .default('quick'),
    )
    .option(...OWN)
    .action((targets: string[], options: TargetOptions & { profile: string }) =>
      run(shell, { kind: 'network', targets, profile: options.profile }, options, targets),
    );
  scan.commandsGroup('Existing scans:');
  addScanRuns(scan, shell);
}

function kind(scan: Command, usage: string, description: string): Command {
  return addRunOptions(scan.command(usage).description(description));
}

/** `targets`: declared by `--own`. */
function run(
  shell: Shell,
  wanted: object,
  options: TargetOptions,
  targets: readonly string[] = [],
): Promise<void> {
  const request = fitted(ScanRequest, wanted);
  return withApi(
    shell,
    async (api) => {
      if (options.own) await declareOwn(shell, api, targets);
      await runScan(shell, api, () => api.call(startScan, { body: request }), options);
    },
    { scans: {} },
  );
}

/** The operator of this machine may scan any readable folder; a server only those in its SCAN_FOLDERS. */
async function runFolder(
  shell: Shell,
  kind: 'filesystem' | 'config',
  given: string,
  options: RunOptions,
): Promise<void> {
  // A folder of the server is only known there.
  const isHere = (await chosenServer(shell)) === null;
  const path = isHere ? await folderToScan(shell.io, given) : given;
  await withApi(
    shell,
    (api) => runScan(shell, api, () => api.call(startScan, { body: { kind, path } }), options),
    { scans: { folders: [path] } },
  );
}

const AFTER = helpText(
  'A scan ends with a summary and an exit code: 0 completed, 1 failed, cancelled or partial (unless --allow-partial), 2 usage error, 3 --fail-on gate failed. Ctrl+C cancels it (130), a second one leaves at once. Where “cspm serve” or “cspm worker” serves the same store, they do the work; otherwise this command does. <id> may be “last”.',
);
