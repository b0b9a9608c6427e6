import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeRunner } from './native-runner.js';
import { memoryFolder } from './run-folders.js';
import { runnerContract } from './runner.contract.js';
import { killPlatformInARun } from './testing/killed-platform.js';

runnerContract('NativeRunner', async () => {
  const home = await mkdtemp(join(tmpdir(), 'native-runner-'));
  const memory = await mkdtemp(join(memoryFolder() ?? tmpdir(), 'native-runner-'));
  const tools = join(home, 'tools');
  await mkdir(tools);
  await copyFile(join(import.meta.dirname, 'testing/fake-tool.sh'), join(tools, 'nmap'));
  const base = join(home, 'runs');
  const options = { outputFolder: base, memoryFolder: memory, path: `${tools}:/usr/bin:/bin` };
  const runner = new NativeRunner(options);
  return {
    runner,
    lacking: new NativeRunner({ ...options, path: '/nowhere' }),
    on: (outputFolder) => new NativeRunner({ ...options, outputFolder }),
    base,
    memory,
    killPlatform: () => killPlatformInARun('native', options),
    close: async () => {
      await runner.close();
      await rm(home, { recursive: true, force: true });
      await rm(memory, { recursive: true, force: true });
    },
  };
});
