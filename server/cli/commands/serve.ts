import type { Command } from 'commander';
import { startApp } from '../../app.js';
import { version } from '../../package-root.js';
import { readConfig } from '../../platform/config/config.js';
import { AppError } from '../../platform/errors.js';
import { EXIT } from '../exit-codes.js';
import { bold, cyan, dim, red } from '../output/style.js';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve the web app and the API (PORT, HOST, DATA_DIR, MONGODB_URI)')
    .action(async () => {
      const config = readConfig(process.env);
      const app = await startApp(config);
      const address = await app.server
        .listen({ host: config.host, port: config.port })
        .catch(async (error: NodeJS.ErrnoException) => {
          await app.close();
          throw error.code === 'EADDRINUSE'
            ? new AppError(
                500,
                'port_taken',
                `port ${config.port} is taken by another program; choose another: PORT=${config.port + 1}`,
              )
            : error;
        });
      const store = config.mongoUri ? 'MongoDB' : config.dataDir;
      console.log(
        `${bold('OffloadSecurity')} ${version} is ready at ${cyan(address)}  ${dim(`(${process.uptime().toFixed(1)} s; data in ${store}; Ctrl+C stops it)`)}`,
      );
      for (const { name, reason } of app.container.health.filter(
        ({ status }) => status === 'unavailable',
      )) {
        console.log(`${red('!')} the module ${name} is unavailable: ${reason}`);
      }
      stopOnSignal(app.close);
    });
}

/** The first signal finishes what was begun and closes; a second one ends at once. */
function stopOnSignal(close: () => Promise<void>): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(EXIT.failed);
    stopping = true;
    console.log(dim(`${signal}: finishing what was begun; once more ends at once`));
    close().then(
      () => process.exit(EXIT.ok),
      (error: unknown) => {
        console.error(error);
        process.exit(EXIT.failed);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
