import { type Command, Option } from 'commander';
import type { Role } from '../../app.js';
import { version } from '../../package-root.js';
import type { Config } from '../../platform/config/config.js';
import { AppError } from '../../platform/errors.js';
import { readServerConfig } from '../../server-config.js';
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
      const isServing = role === 'all' || role === 'api';
      const link = isServing ? await openDoor(app, config) : null;
      const address = await app.server
        .listen({ host: config.host, port: config.port })
        .catch(async (error: NodeJS.ErrnoException) => {
          await app.close();
          throw new AppError(500, 'cannot_listen', whyNot(error, config));
        });
      const store = config.mongoUri ? 'MongoDB' : config.dataDir;
      const signIn = link
        ? `\nSign in with this link, once and within an hour: ${cyan(address + link)}`
        : '';
      shell.print(
        `${bold('OffloadSecurity')} ${version}${role === 'all' ? '' : ` (${role})`} is ready at ${cyan(address)}  ${dim(`(${process.uptime().toFixed(1)} s; data in ${store}; Ctrl+C stops it)`)}${signIn}`,
      );
      if (link)
        shell.print(`Sign in with this link, once and within an hour: ${cyan(address + link)}`);
      for (const { name, reason } of app.container.health.filter(
        ({ status }) => status === 'unavailable',
      )) {
        shell.print(`${red('!')} the module ${name} is unavailable: ${reason}`);
      }
      stopOnSignal(shell, logProcess(app, role));
    });
}

function whyNot(error: NodeJS.ErrnoException, { host, port }: Config): string {
  const where = `${host}:${port}`;
  const another = `choose another, such as PORT=${port < 65_535 ? port + 1 : 8080}`;
  if (error.code === 'EADDRINUSE') return `port ${port} is in use by another program; ${another}`;
  if (error.code === 'EACCES') return `no permission to listen on port ${port}; ${another}`;
  if (error.code === 'EADDRNOTAVAIL') return `this machine has no address ${host} (HOST)`;
  return `cannot listen on ${where}: ${error.message}`;
}
