import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { DATABASE_KEYS, DATABASES } from '../platform/database/names.js';

export interface RealServers {
  mongoUri: string;
  redisUrl: string;
}

/**
 * Fresh databases on these servers, as environment variables of the product. `index`: of the database in Redis,
 * which contains no jobs of other suites.
 */
export async function freshOnServers({ mongoUri, redisUrl }: RealServers, index: number) {
  const suffix = randomUUID().slice(0, 8);
  const names = DATABASE_KEYS.map((key) => [DATABASES[key].variable, `t_${key}_${suffix}`]);
  const url = new URL(redisUrl);
  url.pathname = `/${index}`;
  const redis = new Redis(url.href);
  // Some tests take the server away.
  redis.on('error', () => {});
  await redis.flushdb();
  const clean = async () => {
    await redis.flushdb();
    await redis.quit();
    const client = new MongoClient(mongoUri);
    await Promise.all(names.map(([, name]) => client.db(name).dropDatabase()));
    await client.close();
  };
  const env: Record<string, string> = {
    ...Object.fromEntries(names),
    MONGODB_URI: mongoUri,
    REDIS_URL: url.href,
  };
  return { env, clean };
}
