import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudAccount, getCloudAccount } from '../../../contract/cloud-security.js';
import { oneLine } from '../output/scan-words.js';
import { dim, green, red } from '../output/style.js';
import type { Api } from '../remote/api.js';
import { codeOf, Interrupts } from '../scans/interrupts.js';
import type { Shell } from '../shell.js';

const POLL_MS = 500;

/** Waits for a running connection test. Null after a signal, with the exit code set. */
export async function waitForTest(
  shell: Shell,
  api: Api,
  accountId: string,
): Promise<CloudAccount | null> {
  const leaving = new AbortController();
  const interrupts = new Interrupts(shell.io, () => leaving.abort());
  const working = api.runScans(leaving.signal);
  if (shell.io.stderr.isTTY) shell.note(dim('testing the connection … (Ctrl+C does not wait)'));
  try {
    while (!leaving.signal.aborted) {
      const account = await api.call(getCloudAccount, { params: { accountId } });
      if (account.lastTest?.status !== 'running') return account;
      await sleep(POLL_MS, undefined, { signal: leaving.signal }).catch(() => undefined);
    }
    if (interrupts.received) shell.exitCode = codeOf(interrupts.received);
    return null;
  } finally {
    leaving.abort();
    await working;
    interrupts.close();
  }
}

export function testLine({ lastTest }: Pick<CloudAccount, 'lastTest'>): string {
  if (!lastTest) return dim('the connection has not been tested');
  if (lastTest.status === 'passed') return `${green('✓')} the connection works`;
  if (lastTest.status === 'running') return dim('the connection is being tested');
  return `${red('✗')} the connection test failed: ${oneLine(lastTest.problem ?? '', 2_000)}`;
}
