import type { Shell } from '../shell.js';
import { withLocalCore, withLocalScans } from '../with-core.js';
import type { Api } from './api.js';
import { chosenServer, isReadable } from './chosen-server.js';

export interface ApiOptions {
  /** On this machine: it writes so much that threads for the embedded databases repay their start. */
  bulk?: boolean;
  /** On this machine: extra folders that the operator may scan. */
  scans?: { folders?: readonly string[] };
}

export function warnIfReadable(shell: Shell, url: string): void {
  if (!isReadable(url)) return;
  shell.note(`warning: ${url} is not encrypted: others can read the key on its way`);
}

/** Runs a command against the chosen server, or on the store of this machine. */
export async function withApi<T>(
  shell: Shell,
  work: (api: Api) => Promise<T>,
  { bulk, scans }: ApiOptions = {},
): Promise<T> {
  const server = await chosenServer(shell);
  if (server) {
    const [{ RemoteApi }, { ServerRequests }] = await Promise.all([
      import('./remote-api.js'),
      import('./server-requests.js'),
    ]);
    warnIfReadable(shell, server.url);
    return work(new RemoteApi(new ServerRequests(server)));
  }
  const { LocalApi } = await import('./local-api.js');
  return scans
    ? withLocalScans(shell, (core) => work(new LocalApi(core)), scans)
    : withLocalCore(shell, (core) => work(new LocalApi(core)), { bulk });
}
