import { type Command, Option } from 'commander';
import type { Role } from '../../app.js';
import { version } from '../../package-root.js';
import { readServerConfig } from '../../server-config.js';
import { listen, listenIfFree } from '../listen.js';
import { bold, cyan, dim, red } from '../output/style.js';
import { openDoor } from '../serve/open-door.js';
import type { Shell } from '../shell.js';
import { stopOnSignal } from '../stop-on-signal.js';

export function addServe(command: Command, shell: Shell): void {
  command
    .addOption(
      new Option(
        '--role <role>',
        'api serves requests, worker runs scans, scheduler enqueues scheduled jobs; the last two serve only health and metrics',
      )
        .choices(['all', 'api', 'worker', 'scheduler'])
        .default('all'),
    )
    .action(async ({ role }: { role: Role }) => {
      const config = readServerConfig(shell.env);
      const { logProcess, startApp } = await import('../../app.js');
      const app = await startApp(config, { role });
      const { host, port } = config;
      const place = { host, port, variable: 'PORT' as const };
      const isNeeded = role === 'all' || role === 'api';
      const link = isNeeded ? await openDoor(app, config) : null;
      const address = await (isNeeded ? listen(app, place) : listenIfFree(shell, app, place));
      if (address) await app.container.find('orchestration')?.workerServes(address);
      const store = config.mongoUri ? 'MongoDB' : config.dataDir;
      const where = address ? ` at ${cyan(address)}` : '';
      const signIn =
        link && address
          ? `\nSign in with this link, once and within an hour: ${cyan(address + link)}`
          : '';
      shell.print(
        `${bold('OffloadSecurity')} ${version}${role === 'all' ? '' : ` (${role})`} is ready${where}  ${dim(`(${process.uptime().toFixed(1)} s; data in ${store}; Ctrl+C stops it)`)}${signIn}`,
      );
      for (const { name, reason } of app.container.health.filter(
        ({ status }) => status === 'unavailable',
      )) {
        shell.print(`${red('!')} the module ${name} is unavailable: ${reason}`);
      }
      stopOnSignal(shell, logProcess(app, role));
    });
}
