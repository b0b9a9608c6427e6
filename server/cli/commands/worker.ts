import type { Command } from 'commander';
import { version } from '../../package-root.js';
import { readServerConfig } from '../../server-config.js';
import { listenIfFree } from '../listen.js';
import { bold, cyan, dim } from '../output/style.js';
import type { Shell } from '../shell.js';
import { stopOnSignal } from '../stop-on-signal.js';

export function addWorker(command: Command, shell: Shell): void {
  command.action(async () => {
    const config = readServerConfig(shell.env);
    const { logProcess, startApp, startCore } = await import('../../app.js');
    const { host, workerPort } = config;
    const role = 'worker';
    // Without HTTP it needs less memory.
    const app = workerPort === 'off' ? null : await startApp(config, { role });
    const core = app ?? (await startCore(config, { role }));
    const place = { host, port: Number(workerPort), variable: 'WORKER_PORT' as const };
    const address = app && (await listenIfFree(shell, app, place));
    if (address) await core.container.find('orchestration')?.workerServes(address);
    const queue = config.redisUrl ? 'Redis' : config.mongoUri ? 'MongoDB' : config.dataDir;
    const [where, what] = address ? [` at ${cyan(address)}`, 'health and metrics; '] : ['', ''];
    shell.print(
      `${bold('OffloadSecurity')} ${version} worker is ready${where}  ${dim(`(${what}queue in ${queue}; Ctrl+C stops it)`)}`,
    );
    stopOnSignal(shell, logProcess(core, role));
  });
}
