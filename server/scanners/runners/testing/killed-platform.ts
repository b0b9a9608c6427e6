import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';

/** Starts a run in another process and kills that process before it can clean up. */
export async function killPlatformInARun(kind: string, options: object): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'killed-platform-'));
  try {
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: resolve('server/scanners/runners/testing/run-until-killed.ts'),
        outDir: folder,
        emptyOutDir: false,
        target: 'node20',
        rolldownOptions: { output: { entryFileNames: 'platform.mjs' } },
      },
    });
    const platform = spawn(
      process.execPath,
      [join(folder, 'platform.mjs'), kind, JSON.stringify(options)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(platform.stdout, 'data'); // the tool has started
    platform.kill('SIGKILL');
    await once(platform, 'exit');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
