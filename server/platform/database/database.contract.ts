import { afterAll, beforeAll, describe } from 'vitest';
import { changesContract } from './changes.contract.js';
import type { Database } from './collection.js';
import { fencesContract } from './fences.contract.js';
import { isolationContract } from './isolation.contract.js';
import { pagesContract } from './pages.contract.js';
import { queriesContract } from './queries.contract.js';
import { writingContract } from './writing.contract.js';

/** The suite that every backend must pass. `open` creates an empty database; `close` deletes it. */
export function databaseContract(
  name: string,
  open: () => Promise<Database>,
  options: { close?: (db: Database) => Promise<void> } = {},
): void {
  describe(`${name} implements the database contract`, () => {
    let opened: Database;
    const db = () => opened;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      await (options.close?.(opened) ?? opened.close());
    });
    queriesContract(db);
    pagesContract(db);
    writingContract(db);
    changesContract(db);
    isolationContract(db);
    fencesContract(db);
  });
}
