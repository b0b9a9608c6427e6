import { describe, test } from 'vitest';
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
  describe.skip('DockerRunner', () => test('needs TEST_DOCKER_HOST (see .ci/docker/start.sh)'));
  console.warn('DockerRunner is not tested: TEST_DOCKER_HOST is not set (see .ci/docker/start.sh)');
}
