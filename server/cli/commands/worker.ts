import type { Command } from 'commander';
import { version } from '../../package-root.js';
import { readServerConfig } from '../../server-config.js';
import { bold, dim } from '../output/style.js';
import type { Shell } from '../shell.js';
import { stopOnSignal } from '../stop-on-signal.js';

export function addWorker(command: Command, shell: Shell): void {
  command.action(async () => {
    const config = readServerConfig(shell.env);
    const { logProcess, startCore } = await import('../../app.js');
    const core = await startCore(config, { role: 'worker' });
    const queue = config.redisUrl ? 'Redis' : config.mongoUri ? 'MongoDB' : config.dataDir;
    shell.print(
      `${bold('OffloadSecurity')} ${version} worker is ready  ${dim(`(queue in ${queue}; Ctrl+C stops it)`)}`,
    );
    stopOnSignal(shell, logProcess(core, 'worker'));
  });
}
