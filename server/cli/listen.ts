import type { App } from '../app.js';
import { AppError } from '../platform/errors.js';
import { red } from './output/style.js';
import type { Shell } from './shell.js';

export interface Place {
  host: string;
  port: number;
  /** The variable that sets the port. */
  variable: 'PORT' | 'WORKER_PORT';
}

/** Serves the API, or throws why not, with a port to choose instead. */
export async function listen(app: App, place: Place): Promise<string> {
  try {
    return await app.server.listen({ host: place.host, port: place.port });
  } catch (error) {
    await app.close();
    throw new AppError(500, 'cannot_listen', whyNot(error as NodeJS.ErrnoException, place));
  }
}

/** Serves health and metrics of a process that works without them too; null when it cannot, which it warns of. */
export async function listenIfFree(shell: Shell, app: App, place: Place): Promise<string | null> {
  try {
    return await app.server.listen({ host: place.host, port: place.port });
  } catch (error) {
    const why = whyNot(error as NodeJS.ErrnoException, place);
    app.platform.log.warn({ err: error, port: place.port }, 'health and metrics not served');
    shell.print(`${red('!')} no health and metrics here: ${why}`);
    return null;
  }
}

function whyNot(error: NodeJS.ErrnoException, { host, port, variable }: Place): string {
  const another = `choose another, such as ${variable}=${port < 65_535 ? port + 1 : 8080}`;
  if (error.code === 'EADDRINUSE') return `port ${port} is in use by another program; ${another}`;
  if (error.code === 'EACCES') return `no permission to listen on port ${port}; ${another}`;
  if (error.code === 'EADDRNOTAVAIL') return `this machine has no address ${host} (HOST)`;
  return `cannot listen on ${host}:${port}: ${error.message}`;
}
