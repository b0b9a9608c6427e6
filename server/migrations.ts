import type { Migration } from './platform/database/migrations.js';

/**
 * Steps that bring stored data forward, of all databases, oldest first. New collections, fields and indexes
 * need none: they are made at start. Empty until something stored has to change its shape.
 */
export const MIGRATIONS: readonly Migration[] = [];
