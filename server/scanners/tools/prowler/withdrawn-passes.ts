import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { readProwlerLog } from './prowler.log.js';

/**
 * Libraries of Prowler that return "nothing found" on failure, by the module name in the log, and the
 * checks that treat this as a pass. Prowler 5.44 and 5.46 with the list of AWS actions that pip installs
 * today: one of Prowler's patterns (codestar) is no longer in that list, so every policy passes.
 */
const ANSWER_NOTHING: Readonly<Record<string, RegExp>> = {
  privilege_escalation: /_allows_privilege_escalation$/,
};

/** The checks whose passes are unreliable, according to the log. */
export function withdrawnChecks(log: string | null): RegExp[] {
  const modules = new Set(readProwlerLog(log ?? '').map(({ module }) => module));
  return Object.entries(ANSWER_NOTHING)
    .filter(([module]) => modules.has(module))
    .map(([, checks]) => checks);
}

const LINE = /^( +)"(metadata|event_code|status_code)": (?:"([^"\\]*)",?|\{)$/;

/**
 * Changes such passes to `MANUAL` in an OCSF report, as Prowler itself does when its secret scanner fails.
 * Works by lines, as Prowler writes each value on a separate line, indented by its level; no text can
 * imitate that, as line breaks in texts are escaped.
 */
export async function withdrawPasses(report: string, log: string | null): Promise<void> {
  const checks = withdrawnChecks(log);
  if (checks.length === 0) return;
  const next = `${report}.corrected`;
  try {
    await pipeline(withdrawn(report, checks), createWriteStream(next, { mode: 0o600 }));
    await rename(next, report);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

async function* withdrawn(report: string, checks: readonly RegExp[]): AsyncGenerator<string> {
  let checkId = '';
  let level: string | null = null;
  const lines = createInterface({ input: createReadStream(report), crlfDelay: 0 });
  for await (const line of lines) {
    const [, indent = '', key, value = ''] = LINE.exec(line) ?? [];
    if (key === 'metadata') level ??= indent; // the first in the file belongs to a finding
    if (key === 'event_code' && indent === `${level}    `) checkId = value;
    const pass = key === 'status_code' && indent === level && value === 'PASS';
    const isWithdrawn = pass && checks.some((pattern) => pattern.test(checkId));
    yield `${isWithdrawn ? line.replace('"PASS"', '"MANUAL"') : line}\n`;
  }
}
