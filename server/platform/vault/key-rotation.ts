import { setTimeout as sleep } from 'node:timers/promises';
import type { Audit } from '../audit/audit.js';
import { INSTALLATION } from '../auth/actor.js';
import type { Config } from '../config/config.js';
import { ConflictError, UnavailableError } from '../errors.js';
import type { Leases } from '../leases/leases.js';
import { addMasterKey, dropOldMasterKeys } from './master-key.js';
import type { Vault } from './vault.js';

export interface KeyRotationDeps {
  vault: Vault;
  audit: Audit;
  leases: Leases;
  config: Pick<Config, 'masterKey' | 'dataDir' | 'mongoUri'>;
  /** How long another process may take from sealing a secret to storing it. */
  settleMs?: number;
}

export interface KeyRotationResult {
  resealed: number;
  /** Id of the key that seals now. */
  keyId: string;
  /** Keys in CSPM_MASTER_KEY that nothing needs any more. */
  removable: string[];
}

const SETTLE_MS = 3_000;

/**
 * Changes the master key while processes run. A key file gets a new key in front of the old one, CSPM_MASTER_KEY has it
 * there already; every stored secret is sealed with it; then the old key is removed from the file. Whoever stops in
 * between leaves both keys, and the next rotation goes on with them.
 */
export class KeyRotation {
  constructor(private readonly deps: KeyRotationDeps) {}

  async rotate(by: string, { isOnlyHost = false } = {}): Promise<KeyRotationResult> {
    const { vault, audit, leases, config, settleMs = SETTLE_MS } = this.deps;
    const isFile = config.masterKey === null;
    if (isFile && config.mongoUri && !isOnlyHost) {
      throw new ConflictError(
        'other hosts of this store would not get a new key file: set CSPM_MASTER_KEY=NEW,OLD in every process and rotate again, or confirm with --only-host that there are none',
      );
    }
    return leases.hold('vault/rotation', async () => {
      const problem = await vault.problem();
      if (problem) throw new UnavailableError(problem);
      if (isFile) await addMasterKey(config.dataDir);
      let resealed = 0;
      // Twice without any: a secret that was sealed with the old key a moment ago may be stored only now.
      for (let quiet = 0; quiet < 2; ) {
        const found = await vault.resealOutdated();
        resealed += found;
        quiet = found === 0 ? quiet + 1 : 0;
        if (quiet < 2) await sleep(settleMs);
      }
      const [keyId = '', ...old] = await vault.keyIds();
      const needed = (await vault.usedKeys()).filter((id) => id !== keyId);
      if (needed.length > 0) {
        throw new UnavailableError(`some secrets still need older keys: ${needed.join(', ')}`);
      }
      if (isFile) await dropOldMasterKeys(config.dataDir);
      const actor = { ...INSTALLATION, userId: by };
      await audit.record(actor, 'secrets.rotated', keyId, { resealed, removed: old });
      return { resealed, keyId, removable: isFile ? [] : old };
    });
  }
}
