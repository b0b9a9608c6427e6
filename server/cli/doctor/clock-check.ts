import { createPlatform, type Platform } from '../../platform/platform.js';
import { MODULES } from '../../product-modules.js';
import { createScanning } from '../../scanning.js';
import { readServerConfig } from '../../server-config.js';
import { ServiceContainer } from '../../service-container.js';
import type { Shell } from '../shell.js';
import { type Check, whyNot, within } from './check.js';

const CLOCK_TIMEOUT_MS = 8_000;

/** Whether stored times lie in the future, because the clock went back. */
export async function clockCheck({ repositories, clockWatch }: Platform): Promise<Check> {
  const what = 'Clock';
  try {
    const asking = repositories.prepareAll().then(() => clockWatch.health());
    const { problem, repaired } = await within(CLOCK_TIMEOUT_MS, asking);
    if (problem) return { what, state: 'bad', detail: problem };
    if (!repaired)
      return { what, state: 'good', detail: 'no stored time is known to be ahead of it' };
    const { at, from, times } = repaired;
    const detail = `went back from ${from} to ${at}; ${times} stored times were repaired`;
    return { what, state: 'good', detail };
  } catch (error) {
    return { what, state: 'bad', detail: whyNot(error) };
  }
}

/** Repairs all stored times in the future; returns their number. */
export async function repairTimes(shell: Shell): Promise<number> {
  const platform = createPlatform(readServerConfig({ ...shell.env, LOG_LEVEL: 'silent' }));
  const scanning = await createScanning(platform, false);
  // The modules declare the collections.
  const container = new ServiceContainer(platform, scanning, MODULES);
  try {
    await container.start();
    return (await platform.clockWatch.repairNow())?.times ?? 0;
  } finally {
    await container.stop();
    await scanning.stop();
    await platform.leases.close();
    await platform.blobs.close();
    await platform.databases.close();
  }
}
