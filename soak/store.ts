import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { DATABASE_KEYS, DATABASES } from '../server/platform/database/names.js';

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
    ? async (index: number): Promise<Store> => {
        const suffix = randomUUID().slice(0, 8);
        const names = DATABASE_KEYS.map((key) => [DATABASES[key].variable, `s_${key}_${suffix}`]);
        const url = new URL(redisUrl);
        url.pathname = `/${index}`;
        const redis = new Redis(url.href);
        await redis.flushdb();
        const clean = async () => {
          await redis.flushdb();
          await redis.quit();
          const client = new MongoClient(mongoUri);
          await Promise.all(names.map(([, name]) => client.db(name).dropDatabase()));
          await client.close();
        };
        return {
          env: { ...Object.fromEntries(names), MONGODB_URI: mongoUri, REDIS_URL: url.href },
          clean,
        };
      }
    : null;
