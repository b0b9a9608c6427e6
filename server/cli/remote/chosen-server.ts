import { isIP } from 'node:net';
import type { Shell } from '../shell.js';
import { usageError } from '../usage-error.js';
import { Logins } from './logins.js';

export interface ChosenServer {
  url: string;
  /** Null: nobody has signed in there, and CSPM_API_KEY is empty. */
  key: string | null;
  /** `login`: by the last `cspm login`. */
  by: '--server' | 'CSPM_URL' | 'login';
}

/** In place of an address: the store of this machine, whatever else is set. */
export const THIS_MACHINE = 'local';

/** The server that a command is for; null: the store of this machine. */
export async function chosenServer(shell: Shell): Promise<ChosenServer | null> {
  const { server, env } = shell;
  const logins = new Logins(env);
  const given = server ?? (env.CSPM_URL?.trim() || undefined);
  if (given === THIS_MACHINE) return null;
  const key = env.CSPM_API_KEY?.trim() || null;
  if (given === undefined) {
    const current = await logins.current();
    if (current) return { url: current.url, key: key ?? current.key, by: 'login' };
    if (!key) return null;
    // A pipeline that forgets the address would import into an empty store, and pass its gate.
    throw usageError('CSPM_API_KEY is set, but no server: set CSPM_URL or give --server');
  }
  const by = server === undefined ? 'CSPM_URL' : '--server';
  const url = addressFrom(given, by);
  return { url, key: key ?? (await logins.of(url))?.key ?? null, by };
}

/** For a command that only the store of this machine has: says so where a server is chosen. */
export async function requireThisMachine(shell: Shell): Promise<void> {
  const { server, env } = shell;
  if (server !== undefined && server !== THIS_MACHINE) {
    throw usageError('this command works on the store of this machine only: leave --server out');
  }
  const url = server ?? (env.CSPM_URL?.trim() || (await new Logins(env).current())?.url);
  if (url === undefined || url === THIS_MACHINE) return;
  shell.note(`note: this command works on the store of this machine, not on ${url}`);
}

/** `https://cspm.example.org`, without a slash at its end. */
export function addressFrom(text: string, option: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw usageError(`${option}: ${text} is not an address such as https://cspm.example.org`);
  }
  if (url.username || url.password) {
    throw usageError(`${option}: leave the password out of the address: keys go in CSPM_API_KEY`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/$/, '');
}

/** Whether what is sent there can be read on the way. */
export function isReadable(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isLoopback =
    host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  return protocol === 'http:' && !isLoopback;
}
