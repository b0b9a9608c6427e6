import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { z } from 'zod';
import type { getEngineHealth } from '../contract/compliance.js';
import type { listAvailableFrameworks } from '../contract/framework-library.js';
import type { listFindings } from '../contract/security-scans.js';
import { fetchSignedIn } from '../server/testing/signed-in-fetch.js';
import { ask, askJson, latencies } from './api-client.js';
import { type Bench, type BenchContext, SEED } from './bench-context.js';
import type { Section } from './figures.js';
import { repeat, Samples, timed } from './measure.js';
import { writeReport } from './report-files.js';

type Health = z.infer<typeof getEngineHealth.result>;
type Available = z.infer<typeof listAvailableFrameworks.result>;
type FindingPage = z.infer<typeof listFindings.result>;

/** The compliance engine on a large store: a full sync, a scan of one account, and a change of one finding. */
export const engine: Bench = {
  name: 'engine',
  async run(context): Promise<Section[]> {
    const { url } = await context.bigServer();
    const { items: available } = await askJson<Available>(`${url}/api/frameworks/available`);
    context.say(`activating all ${available.length} frameworks`);
    for (const { id } of available) {
      await ask(`${url}/api/frameworks/${id}/choice`, 'PUT', { active: true });
    }
    context.say('syncing the compliance engine');
    const syncs = await repeat(context.repeats, () =>
      timed(() => ask(`${url}/api/compliance-engine/sync`, 'POST')),
    );
    const findings = `${url}/api/security-scans/findings`;
    const { items } = await askJson<FindingPage>(`${findings}?limit=${context.quick ? 10 : 40}`);
    const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
    const exclude = { status: 'false_positive', reason: 'measured', expiresAt };
    const changes = await repeat(items.length * 2, (turn) => {
      const { id } = items[Math.floor(turn / 2)] as FindingPage['items'][number];
      const body = turn % 2 === 0 ? exclude : { status: 'open' };
      return timed(() => ask(`${findings}/${id}/triage`, 'POST', body));
    });
    context.say('scanning one of its accounts again');
    const runs = await repeat(context.repeats * 3, (turn) => runAfterScan(context, url, turn));
    const delta = new Samples(runs.map(({ durationMs }) => durationMs));
    const most = Math.max(...runs.map(({ checks }) => checks));
    const full = new Samples(syncs.map(({ ms }) => ms / 1000));
    const one = new Samples(changes.map(({ ms }) => ms));
    const posture = await latencies(
      context.quick ? 10 : 50,
      `${url}/api/compliance-engine/posture`,
    );
    return [
      {
        title: `Compliance engine at ${context.storeSize.toLocaleString('en-US')} results, ${available.length} frameworks`,
        figures: [
          { name: 'full sync', value: full.p50, unit: 's', ...context.target(10) },
          {
            name: 'one finding triaged, p95',
            value: one.p95,
            unit: 'ms',
            ...context.target(200),
            note: `p50 ${one.p50.toFixed(1)} ms, store, scopes and controls together`,
          },
          {
            name: 'run after a scan of one account, p95',
            value: delta.p95,
            unit: 'ms',
            ...context.target(200),
            note: `p50 ${delta.p50.toFixed(1)} ms; ${SCANNED} results new, as many gone, ${most} checks`,
          },
          {
            name: 'one finding triaged ÷ full sync',
            value: one.p50 / 1000 / full.p50,
            unit: '×',
            usual: [0.005, 0.15],
          },
          {
            name: 'posture of all frameworks, p95',
            value: posture.p95,
            unit: 'ms',
            note: `p50 ${posture.p50.toFixed(1)} ms`,
          },
        ],
      },
    ];
  },
};

const SCANNED = 500;

/** Another scan of the first account, in which every resource is new: the engine's run that follows. */
async function runAfterScan(context: BenchContext, url: string, turn: number) {
  const options = { seed: SEED + 1 + turn, findings: SCANNED, timeOffset: 3_600 * (turn + 1) };
  const { path } = await writeReport(context.path(`scan-${turn}.ocsf.json`), options);
  const health = async () => (await askJson<Health>(`${url}/api/compliance-engine/health`)).lastRun;
  const before = await health();
  const form = new FormData();
  form.append('file', new Blob([await readFile(path)]), `scan-${turn}.ocsf.json`);
  const answer = await fetchSignedIn(`${url}/api/security-scans/imports`, {
    method: 'POST',
    body: form,
  });
  if (!answer.ok) throw new Error(`the import answered ${answer.status}: ${await answer.text()}`);
  for (;;) {
    const run = await health();
    if (run && run.startedAt !== before?.startedAt) {
      if (run.mode === 'incremental') return run;
      throw new Error('a scan of a known account made the engine recompute everything');
    }
    await wait(50);
  }
}
