import { createRequire } from 'node:module';
import type * as Sqlite from '@photostructure/sqlite';
import { UnavailableError } from '../errors.js';

const require = createRequire(import.meta.url);
let binding: typeof Sqlite | undefined;

/** SQLite's native binding, loaded when a thread opens its first file, and only in such threads. */
export function sqliteBinding(): typeof Sqlite {
  try {
    binding ??= require('@photostructure/sqlite') as typeof Sqlite;
    return binding;
  } catch (cause) {
    throw new UnavailableError(
      `SQLite cannot be loaded on ${process.platform}-${process.arch} with Node ${process.versions.node}: run “npm ci” on this machine (there are binaries for Linux, macOS and Windows on x64 and arm64), or set MONGODB_URI to store data in MongoDB`,
      {},
      { cause },
    );
  }
}
