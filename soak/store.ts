import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freshOnServers } from '../server/testing/fresh-on-servers.js';

/** What processes under attack share. */
export interface Store {
  env: Record<string, string>;
  clean(): Promise<void>;
}

export const files = async (): Promise<Store> => ({ env: {}, clean: async () => {} });

const { TEST_MONGODB_URI: mongoUri, TEST_REDIS_URL: redisUrl } = process.env;

/** `index`: of the database in Redis, one for each attack. Null without the servers' addresses. */
export const servers =
  mongoUri && redisUrl
    ? (index: number): Promise<Store> => freshOnServers({ mongoUri, redisUrl }, index)
    : null;

/** A server that an attack takes away, started from this folder by `.ci/NAME/start.sh`. */
export class StoppableServer {
  constructor(
    readonly title: string,
    private readonly name: 'mongodb' | 'redis',
    private readonly folder: string,
    private readonly address: string,
  ) {}

  kill(): void {
    process.kill(this.#pid, 'SIGKILL');
  }

  /** On the same data and port. */
  async start(): Promise<void> {
    const script = join(import.meta.dirname, '../.ci', this.name, 'start.sh');
    await promisify(execFile)(script, [this.folder, new URL(this.address).port]);
  }

  stall(): void {
    process.kill(this.#pid, 'SIGSTOP');
  }

  wake(): void {
    process.kill(this.#pid, 'SIGCONT');
  }

  get #pid(): number {
    const file = this.name === 'mongodb' ? 'engine.pid' : 'redis.pid';
    return Number(readFileSync(join(this.folder, file), 'utf8'));
  }
}

const { TEST_MONGODB_FOLDER: mongoFolder, TEST_REDIS_FOLDER: redisFolder } = process.env;

/** Null without the servers' addresses and folders. */
export const stoppableServers =
  mongoUri && redisUrl && mongoFolder && redisFolder
    ? [
        new StoppableServer('MongoDB', 'mongodb', mongoFolder, mongoUri),
        new StoppableServer('Redis', 'redis', redisFolder, redisUrl),
      ]
    : null;
