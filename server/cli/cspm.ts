#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { built } from '../package-root.js';
import { showSourcePositions } from '../platform/log/source-positions.js';

showSourcePositions();
// Since Node 22.1. Kept beside the bundle and not in a shared temporary folder, where others could write.
const { enableCompileCache } = nodeModule as { enableCompileCache?: (folder: string) => unknown };
enableCompileCache?.(built('server', 'compile-cache'));

// The rest is loaded after that, so that it comes from the cache.
const [{ processIo }, { run }] = await Promise.all([import('./process-io.js'), import('./run.js')]);
process.exitCode = await run(process.argv.slice(2), processIo());
