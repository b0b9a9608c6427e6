import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import {
  CLI_LOGIN_MINUTES,
  endCliLogin,
  pollCliLogin,
  startCliLogin,
} from '../../../contract/cli-login.js';
import { getMe, type Me } from '../../../contract/platform.js';
import { localOperator } from '../../platform/auth/actor.js';
import { AppError, ForbiddenError, UnauthenticatedError } from '../../platform/errors.js';
import { bold, dim } from '../output/style.js';
import { type ChosenServer, chosenServer } from '../remote/chosen-server.js';
import { Logins } from '../remote/logins.js';
import { RemoteApi } from '../remote/remote-api.js';
import { ServerRequests } from '../remote/server-requests.js';
import { warnIfReadable } from '../remote/with-api.js';
import type { Shell } from '../shell.js';
import { usageError } from '../usage-error.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

export function addLogin(command: Command, shell: Shell): void {
  command
    .option('--key-stdin', 'read an API key from standard input instead of using the browser')
    .option(...JSON_OPTION)
    .action(async ({ keyStdin, json }: Json & { keyStdin?: boolean }) => {
      const { url, by } = await serverOf(shell);
      warnIfReadable(shell, url);
      const key = keyStdin ? await keyFromStdin(shell) : await keyFromBrowser(shell, url);
      const me = await apiOf({ url, key, by }).call(getMe);
      await new Logins(shell.env).keep({ url, key });
      if (json) return shell.printJson({ server: url, ...shown(me) });
      shell.print(`Signed in to ${bold(url)} as ${me.user.name}, team ${me.team.name}.`);
      shell.note(dim(`Commands run there from now on; “--server local” is this machine.`));
    });
}

export function addLogout(command: Command, shell: Shell): void {
  command.option(...JSON_OPTION).action(async ({ json }: Json) => {
    const { url, by } = await serverOf(shell);
    const logins = new Logins(shell.env);
    const kept = await logins.of(url);
    if (!kept) throw usageError(`nobody is signed in to ${url} here`);
    const revoked = await apiOf({ url, key: kept.key, by })
      .call(endCliLogin)
      .then(() => true)
      .catch((error: unknown) => {
        // The key is forgotten here all the same.
        if (!(error instanceof AppError)) throw error;
        shell.note(`warning: the key could not be revoked: ${error.message}`);
        return error instanceof UnauthenticatedError;
      });
    await logins.forget(url);
    if (json) shell.printJson({ server: url, revoked });
    else shell.print(`Signed out of ${url}${revoked ? '; the key is revoked' : ''}.`);
  });
}

export function addWhoami(command: Command, shell: Shell): void {
  command.option(...JSON_OPTION).action(async ({ json }: Json) => {
    const server = await chosenServer(shell);
    if (!server) {
      const { userId: id, name } = localOperator;
      if (json) return shell.printJson({ server: null, user: { id, name } });
      return shell.print(`${name}, on the store of this machine`);
    }
    const me = await apiOf(server).call(getMe);
    if (json) return shell.printJson({ server: server.url, ...shown(me) });
    shell.print(`${bold(me.user.name)}, team ${me.team.name}, at ${server.url}`);
    const { key } = me;
    if (key) {
      const end = key.expiresAt.slice(0, 10);
      shell.print(`Key ${key.prefix}… “${key.name}”, expires on ${end}`);
    }
    shell.print(`May: ${me.permissions.join(', ') || 'nothing'}`);
  });
}

function shown({ user, team, permissions, key }: Me) {
  return { user, team, key: key ?? null, permissions };
}

async function serverOf(shell: Shell): Promise<ChosenServer> {
  const server = await chosenServer(shell);
  if (server) return server;
  throw usageError('which server? give --server https://cspm.example.org, or set CSPM_URL');
}

function apiOf(server: ChosenServer): RemoteApi {
  return new RemoteApi(new ServerRequests(server));
}

async function keyFromStdin({ io }: Shell): Promise<string> {
  const key = (await text(io.stdin)).trim();
  if (/^osk_\w+$/.test(key)) return key;
  throw usageError('--key-stdin: standard input has no API key (osk_…)');
}

/** A key from whoever confirms the code in the web app. */
async function keyFromBrowser(shell: Shell, url: string): Promise<string> {
  const api = apiOf({ url, key: null, by: '--server' });
  const client = hostname().slice(0, 60) || 'a computer';
  const { token, code, path, pollSeconds } = await api.call(startCliLogin, {
    body: { client },
  });
  shell.note(`Open ${bold(`${url}${path}#code=${code}`)}`);
  shell.note(`and confirm that the page shows the code ${bold(code)}.`);
  // By this machine’s clock alone, which may differ from the server’s.
  const until = Date.now() + CLI_LOGIN_MINUTES * 60_000;
  while (Date.now() < until) {
    await sleep(pollSeconds * 1_000);
    const { state, key } = await api.call(pollCliLogin, { body: { token } });
    if (key) return key;
    if (state === 'refused') throw new ForbiddenError('the sign-in was refused in the browser');
  }
  throw new UnauthenticatedError('nobody confirmed the code in time: run cspm login again');
}
