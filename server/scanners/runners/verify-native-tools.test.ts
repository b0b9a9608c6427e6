import { expect, test } from 'vitest';
import type { ToolId } from '../runs/tool-run.js';
import { NativeRunner } from './native-runner.js';
import type { Runner, ToolAvailability } from './runner.js';
import { verifyNativeTools } from './verify-native-tools.js';

/** Returns the given answers; runs nothing. */
function runner(
  by: 'docker' | 'native',
  answers: Partial<Record<ToolId, Partial<ToolAvailability>>>,
): Runner {
  const missing = `no ${by}`;
  return {
    id: by,
    availability: async (tool) => ({
      ...{ tool, by, available: false, version: null, where: null, missing },
      ...answers[tool],
    }),
    run: () => Promise.reject(new Error('not this one')),
    sweep: async () => 0,
    close: async () => undefined,
  };
}

test('takes the container that is there, then the program, then the container to be pulled', async () => {
  const here = { available: true, version: '1', missing: null };
  const toPull = { available: true, version: '1', missing: null, note: 'will be pulled' };
  const docker = runner('docker', { prowler: here, trivy: toPull, zap: toPull });
  const native = runner('native', { prowler: here, trivy: here });
  const found = await verifyNativeTools([native, docker]);
  expect(found.map(({ tool, by, available }) => [tool, by, available])).toEqual([
    ['prowler', 'docker', true],
    ['trivy', 'native', true],
    ['zap', 'docker', true],
    ['nmap', 'native', false],
  ]);
  expect(found.at(-1)?.missing).toBe('no native. Or: no docker');
});

test('says for each tool how to get it when there is nothing', async () => {
  const native = new NativeRunner({ outputFolder: '/nowhere/at-all', path: '/nowhere' });
  for (const each of await verifyNativeTools([native])) {
    expect(each).toMatchObject({ available: false, by: 'native', version: null, where: null });
    expect(each.missing).toMatch(/not on PATH; install it: /);
  }
  expect((await verifyNativeTools([]))[0]).toMatchObject({ available: false });
});
