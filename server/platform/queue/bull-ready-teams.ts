import type { BullConnection } from './bull-connection.js';
import { type BullPlace, keysOf, placeOfQueue, queueName } from './bull-keys.js';

/**
 * Which teams have a job of a type, and when it can run. Only a hint that saves workers from checking
 * every queue: it is verified at every claim, and hints lost with a process return at the next
 * recovery.
 */
export class BullReadyTeams {
  readonly #bull: BullConnection;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #known = new Set<string>();

  constructor(bull: BullConnection) {
    this.#bull = bull;
    this.#keys = keysOf(bull.prefix);
  }

  /** Registers a queue before its first job, so that it is never missed. */
  async register(place: BullPlace): Promise<void> {
    const name = queueName(place);
    if (this.#known.has(name)) return;
    const redis = await this.#bull.redis();
    await redis.sadd(this.#keys.queues, name);
    this.#known.add(name);
  }

  async registered(): Promise<BullPlace[]> {
    const redis = await this.#bull.redis();
    return (await redis.smembers(this.#keys.queues)).map(placeOfQueue);
  }

  /** Deletes the team's queues with all their jobs; returns the number of jobs. */
  async removeTeam(teamId: string): Promise<number> {
    const redis = await this.#bull.redis();
    let removed = 0;
    for (const place of (await this.registered()).filter((each) => each.teamId === teamId)) {
      const queue = await this.#bull.queue(queueName(place));
      const counts = Object.values(await queue.getJobCounts());
      removed += counts.reduce((sum, count) => sum + count, 0);
      await queue.obliterate({ force: true });
      await this.drop(place);
      await redis.srem(this.#keys.queues, queueName(place));
      this.#known.delete(queueName(place));
    }
    return removed;
  }

  async due(types: readonly string[]): Promise<BullPlace[]> {
    const redis = await this.#bull.redis();
    const found = await Promise.all(
      types.map(async (type) => {
        const teams = await redis.zrangebyscore(this.#keys.ready(type), '-inf', Date.now());
        return teams.map((team) => placeOfQueue(`${type}~${team}`));
      }),
    );
    return found.flat();
  }

  /** A job can run from `at` on, or earlier. */
  async hint({ type, teamId }: BullPlace, at: number): Promise<void> {
    const redis = await this.#bull.redis();
    await redis.zadd(this.#keys.ready(type), 'LT', at, encodeURIComponent(teamId));
  }

  async drop({ type, teamId }: BullPlace): Promise<void> {
    const redis = await this.#bull.redis();
    await redis.zrem(this.#keys.ready(type), encodeURIComponent(teamId));
  }

  /** Sets a hint and notifies the workers of other processes. */
  async announce(place: BullPlace, delayMs: number): Promise<void> {
    const redis = await this.#bull.redis();
    const team = encodeURIComponent(place.teamId);
    const steps = redis
      .pipeline()
      .zadd(this.#keys.ready(place.type), 'LT', Date.now() + delayMs, team);
    if (delayMs === 0) steps.publish(this.#keys.added, queueName(place));
    await steps.exec();
  }

  watch(added: (place: BullPlace) => void): Promise<void> {
    return this.#bull.subscribe(this.#keys.added, (name) => added(placeOfQueue(name)));
  }
}
