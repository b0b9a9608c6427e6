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
