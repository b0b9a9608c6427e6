import type { ControlStatus } from '../../../../contract/compliance.js';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';
import { checkKey } from '../../mapping/index.js';
import type { StoredDecision } from '../decisions/stored-decision.js';
import type { Input } from '../engine/control-inputs.rules.js';
import { decide, validDecision } from '../engine/control-status.rules.js';
import type { InputsOfControls } from '../engine/evaluation-inputs.js';
import {
  type CheckTally,
  decides,
  evidenceOf,
  isNotImplemented,
  passesCount,
  type StatusSettings,
  sumsOf,
  totalOf,
} from '../engine/evidence.rules.js';
import { isConclusive } from '../posture/passing.rules.js';
import { type EngineScope, WHOLE } from '../scoping/scoping.rules.js';

/** A control that has another status once all fails of a check are passes. */
export interface ChangedControl {
  controlId: string;
  scopeId: string;
  to: ControlStatus;
  /** Partial without fails and without a decision, see `ControlStanding`. */
  incomplete: boolean;
}

/** What becomes of the controls when all fails of one check become passes. */
export interface FixForecast {
  tool: string;
  checkId: string;
  title: string;
  severity: Severity;
  findings: number;
  accounts: string[];
  /** Controls that it lowers. */
  controlIds: Set<string>;
  changed: ChangedControl[];
  /** The failing results that count for a control's share of passing, and whether their passes would. */
  conclusive: { controlId: string; tally: CheckTally; counts: boolean }[];
}

export interface ForecastInputs {
  byControl: ReadonlyMap<string, readonly Input[]>;
  evaluation: InputsOfControls;
  scopes: readonly EngineScope[];
  decided: ReadonlyMap<string, StoredDecision>;
  now: string;
  settings: StatusSettings;
}

/** By the failing checks that decide about a control. */
export function forecastsOf(given: ForecastInputs): FixForecast[] {
  const forecasts = new Map<string, FixForecast>();
  const counted = new Set<CheckTally>();
  for (const [controlId, inputs] of given.byControl) {
    const failing = inputs.filter((each) => decides(each) && totalOf(each.tally.fail) > 0);
    for (const input of failing) {
      const { tally } = input;
      const key = checkKey(tally);
      const forecast = forecasts.get(key) ?? emptyForecast(tally);
      forecasts.set(key, forecast);
      forecast.controlIds.add(controlId);
      if (!counted.has(tally)) addFails(forecast, tally);
      counted.add(tally);
      if (!isConclusive(input)) continue;
      forecast.conclusive.push({ controlId, tally, counts: passesCount(input) });
    }
    if (failing.length === 0) continue;
    for (const scope of given.scopes) {
      for (const [key, change] of changesOf(controlId, scope, inputs, given)) {
        forecasts.get(key)?.changed.push(change);
      }
    }
  }
  return [...forecasts.values()];
}

function emptyForecast({ tool, checkId, title }: CheckTally): FixForecast {
  const nothing = { findings: 0, accounts: [], changed: [], conclusive: [] };
  return {
    ...{ tool, checkId, title, severity: 'informational', ...nothing },
    controlIds: new Set(),
  };
}

function addFails(forecast: FixForecast, tally: CheckTally): void {
  const { worst, fails } = sumsOf(tally);
  forecast.findings += fails;
  if (!forecast.accounts.includes(tally.accountId)) forecast.accounts.push(tally.accountId);
  if (SEVERITIES.indexOf(worst) < SEVERITIES.indexOf(forecast.severity)) forecast.severity = worst;
}

/** Check → the control's other status without the check's fails. */
function changesOf(
  controlId: string,
  scope: EngineScope,
  inputs: readonly Input[],
  { evaluation, decided, now, settings }: ForecastInputs,
): Map<string, ChangedControl> {
  const changes = new Map<string, ChangedControl>();
  const all = scope.id === WHOLE ? inputs : inputs.filter((i) => scope.includes(i.tally.accountId));
  const deciding = all.filter(decides);
  const byCheck = new Map<string, Input[]>();
  for (const input of deciding) {
    if (totalOf(input.tally.fail) === 0) continue;
    const key = checkKey(input.tally);
    byCheck.set(key, [...(byCheck.get(key) ?? []), input]);
  }
  if (byCheck.size === 0) return changes;
  const isWhole = deciding.every(({ tally }) => tally.complete);
  const decision = validDecision({ decision: decided.get(controlId) ?? null, now, settings });
  const sums = sumUp(deciding);
  const before = decide(decision, { kind: 'failing', status: failing(sums, settings) });
  const from = isWhole
    ? before
    : decide(decision, evidenceOf(all, [], settings, { ...UNPROVEN, now }));
  for (const [key, own] of byCheck) {
    const as = (input: Input) => (checkKey(input.tally) === key ? repaired(input, now) : input);
    const isLast = byCheck.size === 1;
    let evidence: Parameters<typeof decide>[1];
    if (isLast) {
      const after = evaluation.of(controlId, scope, as);
      evidence = evidenceOf(after.tallies, after.scope, settings, { ...after.proof, now });
    } else if (isWhole) {
      evidence = { kind: 'failing', status: failing(without(sums, sumUp(own)), settings) };
    } else evidence = evidenceOf(all.map(as), [], settings, { ...UNPROVEN, now });
    const { status: to } = decide(decision, evidence);
    if (to === from.status) continue;
    const incomplete = to === 'partial' && isLast && decision === null;
    changes.set(key, { controlId, scopeId: scope.id, to, incomplete });
  }
  return changes;
}

interface Sums {
  criticalFails: number;
  fail: number;
  pass: number;
  /** What the passes would weigh if all fails were passes. */
  repaired: number;
}

function sumUp(inputs: readonly Input[]): Sums {
  const sums = { criticalFails: 0, fail: 0, pass: 0, repaired: 0 };
  for (const input of inputs) {
    const { failWeight, passWeight } = sumsOf(input.tally);
    sums.criticalFails += input.tally.fail.critical ?? 0;
    sums.fail += failWeight;
    if (!passesCount(input)) continue;
    sums.pass += passWeight;
    sums.repaired += failWeight;
  }
  return sums;
}

function without(all: Sums, own: Sums): Sums {
  return {
    ...all,
    criticalFails: all.criticalFails - own.criticalFails,
    fail: all.fail - own.fail,
    pass: all.pass + own.repaired,
  };
}

function failing({ criticalFails, fail, pass }: Sums, settings: StatusSettings) {
  const facts = { criticalFails, failShare: fail / (fail + pass) };
  return isNotImplemented(facts, settings) ? 'not_implemented' : 'partial';
}

const UNPROVEN = { isProven: false, lapsedAt: null };

const repairs = new WeakMap<CheckTally, CheckTally>();

/** The input as it would be if everything passed; each tally once, since sums are kept by tally. */
function repaired<T extends { tally: CheckTally }>(input: T, now: string): T {
  const { tally } = input;
  const known = repairs.get(tally) ?? allPassing(tally, now);
  repairs.set(tally, known);
  return { ...input, tally: known };
}

/** A fix is seen by a new scan. */
function allPassing(tally: CheckTally, now: string): CheckTally {
  const pass = Object.fromEntries(
    SEVERITIES.map((each) => [each, (tally.pass[each] ?? 0) + (tally.fail[each] ?? 0)]),
  );
  return { ...tally, pass, fail: {}, exempt: 0, lastSeenAt: now };
}
