import type { Doc, GroupCount } from './collection.js';
import type { CollectionShape, SortKey } from './collection-shape.js';
import type { CollectionStore, PageQuery } from './collection-store.js';
import type { CheckedChanges } from './document-changes.js';
import type { FilterTree } from './filter-tree.js';
import type { EngineCall, WriteCall } from './sqlite-engine.js';
import type { Step, TextPage } from './sqlite-table.js';
import type { WriteUntil } from './write-fence.js';

/** Runs reads and writes on the prepared collection. */
export interface SqliteAccess {
  read(shape: CollectionShape, call: EngineCall): Promise<unknown>;
  write(shape: CollectionShape, call: EngineCall): Promise<unknown>;
}

const ROWS_PER_STEP = 2_000;

/** A collection's store in SQLite: turns queries into calls of the engine, in any thread. */
export class SqliteStore implements CollectionStore {
  /** Transactions of 5,000 are a tenth faster, but block the writes of all other files for longer. */
  readonly batch = 2_000;
  readonly #access: SqliteAccess;
  readonly #shape: CollectionShape;
  readonly #team: string | null;

  constructor(access: SqliteAccess, shape: CollectionShape, team: string | null) {
    this.#access = access;
    this.#shape = shape;
    this.#team = team;
  }

  async find(query: PageQuery): Promise<{ docs: Doc[]; more: boolean }> {
    const spec = this.#shape.text;
    const page = await this.#read({ verb: 'find', spec, args: [this.#team, query] });
    const { text, more } = page as TextPage;
    return { docs: JSON.parse(text) as Doc[], more };
  }

  async count(filter: FilterTree): Promise<number> {
    const spec = this.#shape.text;
    return (await this.#read({ verb: 'count', spec, args: [this.#team, filter] })) as number;
  }

  async groupCount(filter: FilterTree, keys: readonly SortKey[]): Promise<GroupCount[]> {
    const spec = this.#shape.text;
    const args = [this.#team, filter, keys] as [string | null, FilterTree, readonly SortKey[]];
    return (await this.#read({ verb: 'groupCount', spec, args })) as GroupCount[];
  }

  async insert(text: string, until: WriteUntil): Promise<void> {
    await this.#write({ verb: 'insert', spec: this.#shape.text, args: [text] }, until);
  }

  async putMany(
    texts: readonly string[],
    until: WriteUntil,
  ): Promise<{ inserted: number; replaced: number }> {
    const call: WriteCall = { verb: 'putMany', spec: this.#shape.text, args: [texts] };
    const result = await this.#write(call, until);
    return result as { inserted: number; replaced: number };
  }

  async updateFirst(
    filter: FilterTree,
    order: readonly SortKey[],
    changes: CheckedChanges,
    until: WriteUntil,
  ): Promise<Doc | null> {
    const spec = this.#shape.text;
    const call: WriteCall = {
      verb: 'updateFirst',
      spec,
      args: [this.#team, filter, order, changes],
    };
    const text = (await this.#write(call, until)) as string | null;
    return text === null ? null : (JSON.parse(text) as Doc);
  }

  updateMany(filter: FilterTree, changes: CheckedChanges, until: WriteUntil): Promise<number> {
    const spec = this.#shape.text;
    return this.#inSteps(until, (rows) => ({
      verb: 'updateMany',
      spec,
      args: [this.#team, filter, changes, rows],
    }));
  }

  removeMany(filter: FilterTree, until: WriteUntil): Promise<number> {
    const spec = this.#shape.text;
    return this.#inSteps(until, (rows) => ({
      verb: 'removeMany',
      spec,
      args: [this.#team, filter, rows],
    }));
  }

  async #inSteps(
    until: WriteUntil,
    callFor: (rows: number[] | null) => WriteCall,
  ): Promise<number> {
    const first = (await this.#write(callFor(null), until)) as Step;
    let done = first.done;
    for (let at = 0; at < first.rest.length; at += ROWS_PER_STEP) {
      const rows = first.rest.slice(at, at + ROWS_PER_STEP);
      done += ((await this.#write(callFor(rows), until)) as Step).done;
    }
    return done;
  }

  #read(call: EngineCall): Promise<unknown> {
    return this.#access.read(this.#shape, call);
  }

  #write(call: WriteCall, until: WriteUntil): Promise<unknown> {
    return this.#access.write(this.#shape, { ...call, until: until() });
  }
}
