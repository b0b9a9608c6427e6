import { expect, it } from 'vitest';
import { noBroadcast } from '../../../platform/broadcast/broadcast.js';
import {
  noSharedStatus,
  type SharedStatus,
} from '../../../platform/shared-status/shared-status.js';
import { LiveScans } from './live-scans.js';

/** What processes share, in one map. */
class OneMap implements SharedStatus {
  readonly parts = new Map<string, unknown>();
  async put(_work: string, part: string, value: unknown) {
    this.parts.set(part, JSON.parse(JSON.stringify(value)));
    return true;
  }
  of = async () => this.parts;
  async remove(_work: string, part: string) {
    this.parts.delete(part);
  }
  close = async () => {};
}
const subJob = { id: 'sub', scanId: 'scan', token: 'of the worker' };
const running = { ...subJob, status: 'running' };

it('shows the progress and log of a sub-job in every process, and nothing once it has ended', async () => {
  const shared = new OneMap();
  const [worker, api] = [new LiveScans(noBroadcast, shared), new LiveScans(noBroadcast, shared)];
  worker.begin(subJob);
  worker.progress(subJob, 0.4);
  worker.line(subJob, 'port 443 is open');
  expect(await worker.share(subJob)).toBe(true);
  const live = { progress: 0.4, log: ['port 443 is open'] };
  for (const each of [worker, api]) {
    expect((await each.of('scan', [running])).get('sub')).toMatchObject(live);
  }
  await worker.end(subJob);
  for (const each of [worker, api]) expect(await each.of('scan', [running])).toEqual(new Map());
  expect(shared.parts.size).toBe(0);
});

it('ignores a worker that lost the sub-job to another one, and what is not a status', async () => {
  const shared = new OneMap();
  const [lost, api] = [new LiveScans(noBroadcast, shared), new LiveScans(noBroadcast, shared)];
  lost.begin(subJob);
  await lost.share(subJob);
  const claimedAgain = { ...running, token: 'of another worker' };
  expect(await api.of('scan', [claimedAgain])).toEqual(new Map());
  shared.parts.set('sub', { token: subJob.token, progress: 'much' });
  expect(await api.of('scan', [running])).toEqual(new Map());
});

it('does not share where there is no Redis', async () => {
  const live = new LiveScans(noBroadcast, noSharedStatus);
  live.begin(subJob);
  live.progress(subJob, 0.2);
  expect(await live.share(subJob)).toBe(false);
  expect((await live.of('scan', [running])).get('sub')).toMatchObject({ progress: 0.2 });
});
