import type { Command } from 'commander';
import { version } from '../../package-root.js';
import { readServerConfig } from '../../server-config.js';
import { bold, dim } from '../output/style.js';
import { stopOnSignal } from '../stop-on-signal.js';

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description(
      'run scans and other jobs, and serve nothing (as “serve --role worker” without a port)',
    )
    .action(async () => {
      const config = readServerConfig(process.env);
      const { startCore } = await import('../../app.js');
      const core = await startCore(config, { role: 'worker' });
      const queue = config.redisUrl ? 'Redis' : config.mongoUri ? 'MongoDB' : config.dataDir;
      console.log(
        `${bold('OffloadSecurity')} ${version} worker is ready  ${dim(`(queue in ${queue}; Ctrl+C stops it)`)}`,
      );
      stopOnSignal(core.close);
    });
}
