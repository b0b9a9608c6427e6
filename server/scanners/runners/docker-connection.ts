import type { DockerOptions } from 'dockerode';
import { cleanText } from '../rows/clean-text.js';

/** Where Docker listens; without `host`, DOCKER_HOST with its certificates or the usual socket. */
export function connectionOf(host: string | undefined): DockerOptions {
  if (host === undefined || host === process.env.DOCKER_HOST) return {};
  if (host.startsWith('/')) return { socketPath: host };
  const { protocol, hostname, port, pathname } = new URL(host);
  if (protocol === 'unix:') return { socketPath: pathname };
  return {
    protocol: protocol === 'https:' ? 'https' : 'http',
    host: hostname,
    port: port || (protocol === 'https:' ? '2376' : '2375'),
  };
}

/**
 * Never root. The platform's own user where that is not root: it could not give the run's folders to
 * another user, nor read and remove what that user left in them.
 */
export function containerUser(): { uid: number; gid: number } {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return uid === 0 ? { uid: 1000, gid: 1000 } : { uid, gid };
}

/** Docker's answer, or an error when there is none in time: a daemon that hangs must not hang the platform. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Docker does not answer')), ms);
  });
  answer.catch(() => undefined); // when it fails after all, too late
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether nothing listens where Docker should. */
export function isNotThere(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return (
    /ENOENT|ECONNREFUSED|EHOSTUNREACH|ENOTFOUND/.test(message) && /connect|getaddr/.test(message)
  );
}

/** Whether Docker refused a container for its limit of open files (RLIMIT_NOFILE is number 7). */
export function isFileLimitRefused(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /setting rlimit type 7\b/.test(message);
}

/** One sentence, without its full stop, for what went wrong with Docker. */
export function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (isNotThere(error)) {
    return `Docker does not run here (${cleanText(message, 200)})`;
  }
  if (/connect EACCES/.test(message))
    return 'The platform may not use Docker; add its user to the docker group';
  if (/no space left on device/i.test(message)) return 'The disk of the Docker host is full';
  if (/non-overlapping IPv4 address pool/.test(message)) {
    return 'Docker has no address range left for one more network: run fewer scans at once, or widen default-address-pools';
  }
  return cleanText(message.replace(/^\(HTTP code \d+\) [^-]*- /, ''), 300).replace(/\.$/, '');
}
