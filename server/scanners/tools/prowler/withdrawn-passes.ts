import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { readProwlerLog } from './prowler.log.js';

/**
 * Libraries of Prowler that answer "nothing found" when they fail, by the module that they log as, and
 * the checks that take this for a pass. Prowler 5.44 and 5.46 with the list of AWS actions that pip
 * installs today: one of its own patterns (codestar) is no longer in that list, so every policy passes.
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

const EVENT_CODE = /^ {12}"event_code": "([^"\\]*)"/;
const PASS = /^( {8}"status_code": )"PASS"(,?)$/;

/**
 * Makes such passes `MANUAL` in an OCSF report: a person has to look, as Prowler itself says where its
 * scanner of secrets fails. By lines, as Prowler writes each value on its own with four blanks a level;
 * no text can look so, for line breaks in texts are escaped.
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
  const lines = createInterface({ input: createReadStream(report), crlfDelay: 0 });
  for await (const line of lines) {
    checkId = EVENT_CODE.exec(line)?.[1] ?? checkId;
    const isWithdrawn = checks.some((pattern) => pattern.test(checkId));
    yield `${isWithdrawn ? line.replace(PASS, '$1"MANUAL"$2') : line}\n`;
  }
}
