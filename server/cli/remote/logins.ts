import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { InvalidInputError } from '../../platform/errors.js';
import type { Environment } from '../io.js';

const Login = z.object({ key: z.string() });
const Stored = z.object({
  current: z.string().nullable(),
  servers: z.record(z.string(), Login),
});
type Stored = z.infer<typeof Stored>;

export interface KeptLogin {
  url: string;
  key: string;
}

/** The keys of `cspm login`, by server, in a file that only its user may read. */
export class Logins {
  constructor(private readonly env: Environment) {}

  /** The file; null where the user has no folder for settings. */
  get path(): string | null {
    const { XDG_CONFIG_HOME, APPDATA, HOME } = this.env;
    const folder = XDG_CONFIG_HOME || APPDATA || (HOME ? join(HOME, '.config') : '');
    return folder ? join(folder, 'cspm', 'logins.json') : null;
  }

  /** The server of the last login. */
  async current(): Promise<KeptLogin | null> {
    const { current } = await this.#read();
    return current === null ? null : this.of(current);
  }

  async of(url: string): Promise<KeptLogin | null> {
    const found = (await this.#read()).servers[url];
    return found ? { url, key: found.key } : null;
  }

  /** Keeps a key, and makes its server the current one. */
  async keep({ url, key }: KeptLogin): Promise<void> {
    const { servers } = await this.#read();
    await this.#write({ current: url, servers: { ...servers, [url]: { key } } });
  }

  async forget(url: string): Promise<void> {
    const { current, servers } = await this.#read();
    const rest = Object.entries(servers).filter(([each]) => each !== url);
    const next = current === url ? null : current;
    await this.#write({ current: next, servers: Object.fromEntries(rest) });
  }

  async #read(): Promise<Stored> {
    const { path } = this;
    const text = path && (await readFile(path, 'utf8').catch(noFile));
    if (!path || !text) return { current: null, servers: {} };
    const open = (await stat(path)).mode & 0o077;
    if (open !== 0 && this.env.OS !== 'Windows_NT') {
      throw new InvalidInputError(
        `others may read the keys in ${path}: chmod 600 it, and revoke the keys if others did`,
      );
    }
    const parsed = Stored.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    throw new InvalidInputError(`${path} is damaged: delete it, then run cspm login again`);
  }

  async #write(stored: Stored): Promise<void> {
    const { path } = this;
    if (!path) {
      throw new InvalidInputError('there is no folder for settings: set HOME or XDG_CONFIG_HOME');
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Whole or not at all, and never readable by others, not even for a moment.
    const fresh = `${path}.${randomUUID()}`;
    try {
      await writeFile(fresh, `${JSON.stringify(stored, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
      await rename(fresh, path);
    } finally {
      await rm(fresh, { force: true });
    }
  }
}

function noFile(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
