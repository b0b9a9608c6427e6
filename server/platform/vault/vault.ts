import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Secret } from '../config/secret.js';
import { UnavailableError } from '../errors.js';
import { type MasterKey, masterKeysOf, parseMasterKeys } from './master-key.js';

/** A stored secret: its text encrypted with its own data key, which a master key encrypts. */
export interface SealedSecret {
  version: 1;
  /** Id of the master key that opens it. */
  keyId: string;
  wrappedKey: Box;
  box: Box;
}

/** AES-256-GCM, all in base64. */
export interface Box {
  iv: string;
  tag: string;
  data: string;
}

export interface VaultSettings {
  /** CSPM_MASTER_KEY; null: a key file in `dataDir`, created on first use. */
  masterKey: Secret | null;
  dataDir: string;
}

/** A stored secret, as a rotation of the master key finds it. */
export interface KeptSecret {
  place: string;
  sealed: SealedSecret;
  /** Stores it sealed anew, unless it was changed meanwhile. */
  replace(sealed: SealedSecret): Promise<unknown>;
}

const CIPHER = 'aes-256-gcm';

/**
 * Envelope encryption of credentials. The owner of a secret is authenticated with it, so that a secret
 * copied to another owner in the database does not open.
 */
export class Vault {
  #keys: Promise<readonly MasterKey[]> | null = null;

  readonly #used: (() => Promise<string[]>)[] = [];
  readonly #kept: (() => AsyncIterable<KeptSecret>)[] = [];

  constructor(private readonly settings: VaultSettings) {}

  /** A module says which master keys its stored secrets need. */
  uses(keyIds: () => Promise<string[]>): void {
    this.#used.push(keyIds);
  }

  /** A module lists its stored secrets, in all teams: they are sealed anew when the master key changes. */
  keeps(secrets: () => AsyncIterable<KeptSecret>): void {
    this.#kept.push(secrets);
    this.uses(async () => {
      const ids = new Set<string>();
      for await (const { sealed } of secrets()) ids.add(sealed.keyId);
      return [...ids];
    });
  }

  /** Seals stored secrets of older keys with the newest one; returns their number. May be stopped at any time. */
  async resealOutdated(): Promise<number> {
    let resealed = 0;
    this.#keys = null;
    for (const secrets of this.#kept) {
      for await (const { place, sealed, replace } of secrets()) {
        if (!(await this.isOutdated(sealed))) continue;
        await replace(await this.seal(await this.open(sealed, place), place));
        resealed += 1;
      }
    }
    return resealed;
  }

  /** Ids of the master keys that stored secrets need. */
  usedKeys(): Promise<string[]> {
    return this.#usedKeys();
  }

  /** Ids of the master keys in order; the first one seals. */
  async keyIds(): Promise<string[]> {
    return (await this.#load()).map(({ id }) => id);
  }

  /** Why stored secrets cannot be opened; null when they can, or when there are none. Creates no key. */
  async problem(): Promise<string | null> {
    const used = await this.#usedKeys();
    if (used.length === 0) return null;
    try {
      // Read again: the file may have been removed or exchanged since.
      const keys = await this.#load();
      const missing = used.filter((id) => !keys.some((key) => key.id === id));
      return missing.length === 0
        ? null
        : `stored credentials need another master key (${missing.join(', ')}): restore it, add it to CSPM_MASTER_KEY, or enter the credentials again`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #usedKeys(): Promise<string[]> {
    const used = await Promise.all(this.#used.map((keyIds) => keyIds()));
    return [...new Set(used.flat())].sort();
  }

  /** `place`: the owner of the secret, such as `team/account`. */
  async seal(secret: Secret, place: string): Promise<SealedSecret> {
    // Read each time: another process may have put a new key in front, and will remove the old one.
    this.#keys = null;
    const [master] = await this.#masterKeys();
    if (!master) throw new UnavailableError('there is no master key');
    const dataKey = randomBytes(32);
    try {
      return {
        version: 1,
        keyId: master.id,
        wrappedKey: encrypt(master.key, dataKey, `key of ${place}`),
        box: encrypt(dataKey, Buffer.from(secret.reveal()), place),
      };
    } finally {
      dataKey.fill(0);
    }
  }

  /** Throws UnavailableError when its master key is missing, or when the secret was changed or moved. */
  async open(sealed: SealedSecret, place: string): Promise<Secret> {
    const master = await this.#masterKey(sealed.keyId);
    if (!master) {
      throw new UnavailableError(
        `the credentials were sealed with another master key (${sealed.keyId}); add that one to CSPM_MASTER_KEY, or enter the credentials again`,
      );
    }
    let dataKey: Buffer | null = null;
    try {
      dataKey = decrypt(master.key, sealed.wrappedKey, `key of ${place}`);
      return new Secret(decrypt(dataKey, sealed.box, place).toString('utf8'));
    } catch (cause) {
      throw new UnavailableError(
        'the stored credentials are damaged; enter them again',
        {},
        { cause },
      );
    } finally {
      dataKey?.fill(0);
    }
  }

  /** True when a newer master key would seal it now. */
  async isOutdated(sealed: SealedSecret): Promise<boolean> {
    const [master] = await this.#masterKeys();
    return master !== undefined && master.id !== sealed.keyId;
  }

  /** Looks again for a key that it does not know: another process may have made it. */
  async #masterKey(id: string): Promise<MasterKey | undefined> {
    const known = (await this.#masterKeys()).find((key) => key.id === id);
    if (known) return known;
    this.#keys = null;
    return (await this.#masterKeys()).find((key) => key.id === id);
  }

  #masterKeys(): Promise<readonly MasterKey[]> {
    this.#keys ??= this.#load().catch((error: unknown) => {
      this.#keys = null; // the key file may be repaired while the process runs
      throw error;
    });
    return this.#keys;
  }

  async #load(): Promise<readonly MasterKey[]> {
    const { masterKey, dataDir } = this.settings;
    if (!masterKey) return masterKeysOf(dataDir, () => this.#usedKeys());
    const keys = parseMasterKeys(masterKey.reveal());
    if (!keys) throw new UnavailableError('CSPM_MASTER_KEY must be 32 bytes in base64 or hex');
    return keys;
  }
}

function encrypt(key: Buffer, plain: Buffer, place: string): Box {
  const iv = randomBytes(12);
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(place));
  const data = Buffer.concat([cipher.update(plain), cipher.final()]);
  const text = (bytes: Buffer) => bytes.toString('base64');
  return { iv: text(iv), tag: text(cipher.getAuthTag()), data: text(data) };
}

function decrypt(key: Buffer, { iv, tag, data }: Box, place: string): Buffer {
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const decipher = createDecipheriv(CIPHER, key, bytes(iv), { authTagLength: 16 })
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes(tag));
  return Buffer.concat([decipher.update(bytes(data)), decipher.final()]);
}
