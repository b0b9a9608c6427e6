import { isIPv4 } from 'node:net';
import type { App } from '../../app.js';
import type { Config } from '../../platform/config/config.js';
import { AppError } from '../../platform/errors.js';

/**
 * Prepares sign-in before the server listens: the configured first administrator and, on loopback, the operator's
 * one-time link, whose path is returned. Closes the app and throws when the server would be reachable from the
 * network without an administrator: whoever came first could take it over.
 */
export async function openDoor(app: App, config: Config): Promise<string | null> {
  const identity = app.container.find('identity');
  if (!identity) return null;
  const { setup, links } = identity;
  try {
    const { adminEmail: email, adminPassword } = config;
    if (email !== null && adminPassword !== null && (await setup.isNeeded())) {
      const person = { email: email.toLowerCase(), name: email.replace(/@.*/, '') };
      await setup.createFirst({ ...person, password: adminPassword.reveal() });
    }
    if (isLoopback(config.host)) {
      return (await links.create('link', await setup.ensureOperator())).path;
    }
    if (await setup.hasAdministrator()) return null;
  } catch (error) {
    await app.close();
    throw error;
  }
  await app.close();
  const how =
    'create one first: cspm user create <e-mail> --admin, or DEFAULT_ADMIN_EMAIL and DEFAULT_ADMIN_PASSWORD, or the setup page on loopback';
  throw new AppError(500, 'no_administrator', `HOST=${config.host} needs an administrator; ${how}`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
