#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { built } from '../package-root.js';
import { showSourcePositions } from '../platform/log/source-positions.js';

/** Where the bundle begins: what must be set before any other module is loaded. */

showSourcePositions();
// Since Node 22.1. Kept beside the bundle and not in a shared temporary folder, where others could write.
const { enableCompileCache } = nodeModule as { enableCompileCache?: (folder: string) => unknown };
enableCompileCache?.(built('server', 'compile-cache'));
await import('./cspm.js');
