import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { readProwlerLog } from './prowler.log.js';

/**
 * Libraries of Prowler that return "nothing found" when they fail, by the module that they log as, and
 * the checks that take this for a pass. Prowler 5.44 and 5.46 with the list of AWS actions that pip
 * installs today: one of Prowler's patterns (codestar) is no longer in that list, so every policy passes.
 */
const ANSWER_NOTHING: Readonly<Record<string, RegExp>> = {
  privilege_escalation: /_allows_privilege_escalation$/,
};

/** Whose passes are not to be believed, by what Prowler logged. */
export function withdrawnChecks(log: string | null): RegExp[] {
  const modules = new Set(readProwlerLog(log ?? '').map(({ module }) => module));
  return Object.entries(ANSWER_NOTHING)
    .filter(([module]) => modules.has(module))
    .map(([, checks]) => checks);
}

const LINE = /^( +)"(metadata|event_code|status_code)": (?:"([^"\\]*)",?|\{)$/;

/**
 * Makes such passes `MANUAL` in an OCSF report: a person has to look, as Prowler itself says where its
 * scanner of secrets fails. By lines, as Prowler writes each value on its own, indented by its level: no
 * text can look so, for line breaks in texts are escaped.
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
    if (key === 'metadata') level ??= indent; // the first in the file is a finding's own
    if (key === 'event_code' && indent === `${level}    `) checkId = value;
    const pass = key === 'status_code' && indent === level && value === 'PASS';
    const isWithdrawn = pass && checks.some((pattern) => pattern.test(checkId));
    yield `${isWithdrawn ? line.replace('"PASS"', '"MANUAL"') : line}\n`;
  }
}
