import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { SAMPLE } from '../server/testing/recent-sample.js';
import { fetchSignedIn } from '../server/testing/signed-in-fetch.js';

export { SAMPLE };

const DONE = ['completed', 'partial', 'failed'];

/** Imports the sample through the API, for journeys that are not about importing. */
export async function importSample(
  url: string,
  changed: (report: string) => string = String,
): Promise<void> {
  const form = new FormData();
  const report = changed(await readFile(SAMPLE, 'utf8'));
  form.append('file', new Blob([report]), basename(SAMPLE));
  const started = await json(`${url}/api/security-scans/imports`, { method: 'POST', body: form });
  const until = Date.now() + 60_000;
  for (let status = started.status; !DONE.includes(String(status)); ) {
    if (Date.now() > until) throw new Error(`The import is still ${String(status)} after a minute`);
    await pause(200);
    status = (await json(`${url}/api/security-scans/imports/${String(started.id)}`)).status;
  }
  while (!(await json(`${url}/api/compliance-engine/posture`)).lastRun) {
    if (Date.now() > until) throw new Error('The engine has not run after a minute');
    await pause(200);
  }
}

async function json(url: string, init?: RequestInit): Promise<Record<string, unknown>> {
  const answer = await fetchSignedIn(url, init);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The id of the first item of a list, for URLs with an id. */
export async function firstOf(url: string, path: string): Promise<string> {
  const { items } = await json(`${url}${path}`);
  const first: unknown = Array.isArray(items) ? items[0] : undefined;
  if (typeof first === 'object' && first !== null && 'id' in first) return String(first.id);
  throw new Error(`${path} has no items`);
}
