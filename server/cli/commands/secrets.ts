import type { Command } from 'commander';
import { localOperator } from '../../platform/auth/actor.js';
import { UnavailableError } from '../../platform/errors.js';
import { KeyRotation } from '../../platform/vault/key-rotation.js';
import { dim, green, number } from '../output/style.js';
import type { Shell } from '../shell.js';
import { withCore } from '../with-core.js';

interface RotateOptions {
  onlyHost?: boolean;
  json?: boolean;
}

export function addSecrets(command: Command, shell: Shell): void {
  command
    .command('rotate')
    .description(
      'seal all stored secrets with a new master key, while processes run; can be stopped and repeated',
    )
    .option('--only-host', 'with MongoDB and a key file: no other host uses this store')
    .option('--json', 'print one JSON document')
    .action((options: RotateOptions) => rotate(shell, options));
}

function rotate(shell: Shell, { onlyHost, json }: RotateOptions): Promise<void> {
  return withCore(shell, async ({ platform, container }) => {
    const { audit, leases, config } = platform;
    const { vault } = container.scanning;
    const missing = container.health.filter(({ status }) => status === 'unavailable');
    if (config.modules !== null || missing.length > 0) {
      const which = missing.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
      throw new UnavailableError(
        `every module must be loaded, or its secrets would be lost: ${which || 'unset CSPM_MODULES'}`,
      );
    }
    const rotation = new KeyRotation({ vault, audit, leases, config });
    const result = await rotation.rotate(localOperator.userId, { isOnlyHost: onlyHost });
    if (json) return shell.printJson(result);
    const { resealed, keyId, removable } = result;
    const secrets = resealed === 1 ? 'secret' : 'secrets';
    shell.print(
      green(`${number(resealed)} stored ${secrets} sealed anew; the master key is ${keyId}`),
    );
    if (removable.length > 0) {
      shell.print(`remove the old keys from CSPM_MASTER_KEY: ${removable.join(', ')}`);
    } else if (!config.masterKey) {
      shell.print(dim('the old key opens nothing any more; keep a copy of the new master.key'));
    }
  });
}
