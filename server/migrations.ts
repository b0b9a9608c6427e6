import type { Migration } from './platform/database/migrations.js';

/**
 * Migrations of all databases, oldest first. New collections, fields and indexes need none: they are
 * created at start. Empty until stored data has to change its shape.
 */
export const MIGRATIONS: readonly Migration[] = [];
