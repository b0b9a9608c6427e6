import { it } from 'vitest';
import { DockerRunner } from './docker-runner.js';
import { runnerContract } from './runner.contract.js';
import { dockerHost, dockerSetting } from './testing/docker-for-tests.js';
import { killPlatformInARun } from './testing/killed-platform.js';

if (dockerHost) {
  runnerContract('DockerRunner', async () => {
    const { base, memory, options, remove } = await dockerSetting();
    const runner = new DockerRunner(options);
    const images = { nmap: { reference: 'offload-not-there:1', version: null } };
    return {
      runner,
      lacking: new DockerRunner({ ...options, images }),
      on: (outputFolder) => new DockerRunner({ ...options, outputFolder }),
      base,
      memory,
      killPlatform: () => killPlatformInARun('docker', options),
      close: async () => {
        await runner.close();
        await remove();
      },
    };
  });
} else {
  it.skip('DockerRunner is NOT TESTED: TEST_DOCKER_HOST is not set (.ci/docker/start.sh gives one)', () => {});
}
