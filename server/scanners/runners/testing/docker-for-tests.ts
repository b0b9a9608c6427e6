import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DockerRunnerOptions } from '../docker-runner.js';
import { memoryFolder } from '../run-folders.js';

/** Set after .ci/docker/start.sh and .ci/docker/build-test-image.sh; without it Docker tests skip. */
export const dockerHost = process.env.TEST_DOCKER_HOST;
export const testImage = process.env.TEST_DOCKER_IMAGE ?? 'offload-test-tool:1';

/** Folders and options for a runner whose nmap is the fake tool. */
export async function dockerSetting(): Promise<{
  base: string;
  memory: string;
  options: DockerRunnerOptions;
  remove(): Promise<void>;
}> {
  const home = await mkdtemp(join(tmpdir(), 'docker-runner-'));
  const memory = await mkdtemp(join(memoryFolder() ?? tmpdir(), 'docker-runner-'));
  const base = join(home, 'runs');
  const options: DockerRunnerOptions = {
    outputFolder: base,
    memoryFolder: memory,
    images: { nmap: { reference: testImage, version: null } },
    dockerHost,
    pull: 'never',
    openFiles: 10_000, // a sandbox may not let Docker raise its limit
  };
  const remove = async () => {
    await rm(home, { recursive: true, force: true });
    await rm(memory, { recursive: true, force: true });
  };
  return { base, memory, options, remove };
}
