import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  Collection,
  CollectionSpec,
  Database,
  Doc,
  TeamDoc,
  TeamScope,
} from './collection.js';
import type { DatabaseKey } from './names.js';
import type { Databases } from './repository-factory.js';

const ofTask = new AsyncLocalStorage<Databases>();

/** Runs the work with these databases: all repository calls of the work use them, including those of work that it starts. */
export function withDatabases<R>(databases: Databases, work: () => R): R {
  return ofTask.run(databases, work);
}

/**
 * Runs work that outlives the task that happens to start it, such as timers and loops of the process, with
 * the process's databases.
 */
export function outsideTasks<R>(work: () => R): R {
  return ofTask.exit(work);
}

/**
 * The databases as repositories see them. Repositories and services are created once per process; calls
 * during a task use the task's connections, all others the process's.
 */
export class TaskDatabases implements Databases {
  constructor(private readonly own: Databases) {}

  get(key: DatabaseKey): Database {
    return new RoutedDatabase(this.own.get(key), () => {
      const refusal = this.own.refusal?.(key);
      if (refusal) throw refusal;
      return ofTask.getStore()?.get(key);
    });
  }
}

class RoutedDatabase implements Database {
  constructor(
    private readonly own: Database,
    private readonly taskOwn: () => Database | undefined,
  ) {}

  get name(): string {
    return this.own.name;
  }

  team<T extends TeamDoc>(spec: CollectionSpec<T>, scope: TeamScope): Collection<T> {
    return this.#now.team(spec, scope);
  }

  global<T extends Doc>(spec: CollectionSpec<T>): Collection<T> {
    return this.#now.global(spec);
  }

  acrossTeams<T extends TeamDoc>(spec: CollectionSpec<T>): Collection<T> {
    return this.#now.acrossTeams(spec);
  }

  prepare(specs: readonly CollectionSpec<Doc>[]): Promise<void> {
    return this.#now.prepare(specs);
  }

  ping(): Promise<void> {
    return this.#now.ping();
  }

  close(): Promise<void> {
    return this.#now.close();
  }

  get #now(): Database {
    return this.taskOwn() ?? this.own;
  }
}
