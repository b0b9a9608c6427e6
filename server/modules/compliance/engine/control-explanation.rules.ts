import type {
  ControlDecision,
  ControlInput,
  ControlStatus,
} from '../../../../contract/compliance.js';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';
import type { StatusBasis } from './evidence.rules.js';
import { type EvidenceSummary, passesCount, sumsOf, type TallyMatch } from './evidence.rules.js';
import type { ProofReading } from './proof-checklist.rules.js';
import { named, proofGap, proofSteps, withheldText } from './proof-sentences.rules.js';

interface Facts {
  basis: StatusBasis;
  status: ControlStatus;
  evidence: EvidenceSummary;
  /** Of the checks that decide, worst first. */
  inputs: readonly ControlInput[];
  /** Of the checks that merely touch the control, worst first. */
  related: readonly ControlInput[];
  decision: ControlDecision | null;
  proof: ProofReading;
}

/** How many checks or accounts a sentence names. */
const MAX_NAMED = 3;
/** Characters of a justification in a reason. */
const MAX_QUOTED = 200;

/** One input per check over its accounts: worst first, then unknown ones, then by name. */
export function inputsOf(tallies: readonly TallyMatch[]): ControlInput[] {
  const inputs = new Map<string, ControlInput>();
  let last: ControlInput | undefined;
  for (const { tally, match, withheld } of tallies) {
    // Tallies of a check usually follow each other.
    const isLast = last?.checkId === tally.checkId && last.tool === tally.tool;
    const key = isLast ? '' : `${tally.tool} ${tally.checkId}`;
    const before = isLast ? last : inputs.get(key);
    const { worst, passes, fails } = sumsOf(tally);
    const uncounted = passesCount({ tally, match, withheld }) ? 0 : passes;
    const pass = passes - uncounted;
    const held = withheld && passes > 0 ? { withheld: withheldText(withheld, tally) } : {};
    if (before === undefined) {
      const { tool, checkId, title, exempt, unknown, lastSeenAt } = tally;
      const counts = { pass, uncounted, fail: fails, exempted: exempt, unknown };
      last = { tool, checkId, title, severity: worst, match, ...counts, ...held, lastSeenAt };
      inputs.set(key, last);
      continue;
    }
    last = before;
    before.severity = worseOf(before, { severity: worst, fail: fails });
    before.withheld ??= held.withheld;
    before.pass += pass;
    before.uncounted = (before.uncounted ?? 0) + uncounted;
    before.fail += fails;
    before.exempted += tally.exempt;
    before.unknown += tally.unknown;
    before.lastSeenAt = newer(before.lastSeenAt, tally.lastSeenAt);
  }
  return [...inputs.values()].sort(worstFirst);
}

/** The reason as one sentence with numbers, and the rule behind it. */
export function ruleOf({ basis, status, evidence, inputs, decision, proof }: Facts): {
  reason: string;
  rule: string;
} {
  const stated = decision === null ? '' : `${decision.actor}: ${shortened(decision.justification)}`;
  switch (basis) {
    case 'not_applicable':
      return { reason: `Declared not applicable by ${stated}`, rule: 'A person decided.' };
    case 'override':
      return { reason: `Set to ${status} by ${stated}`, rule: 'An override stands over evidence.' };
    case 'answer':
      return {
        reason: `Answered by ${stated}`,
        rule: 'A valid answer counts where no evidence shows worse.',
      };
    case 'failing':
      return failing(evidence, inputs);
    case 'passing':
      return passing(evidence, proof);
    default:
      return evidence.expired > 0 ? outdated(evidence) : nothing(evidence);
  }
}

function failing(evidence: EvidenceSummary, inputs: readonly ControlInput[]) {
  const { fails, passes, exempt, criticalFails, failShare, status } = evidence;
  const [worst] = inputs;
  const muted = exempt > 0 ? `, ${exempt} of them muted, suppressed or accepted` : '';
  const named = worst === undefined ? '' : `; worst ${worst.checkId} (${worst.severity})`;
  const count =
    fails + passes === 1 ? 'The only result fails' : `${fails} of ${fails + passes} results fail`;
  const reason = `${count}${muted}${named}.`;
  if (status === 'partial') return { reason, rule: 'Any open fail makes a control partial.' };
  if (criticalFails > 0) return { reason, rule: 'An open critical fail: not implemented.' };
  if (failShare < 1 || !evidence.cutOff) {
    const share = Math.round(failShare * 100);
    return { reason, rule: `Fails are ${share} % of the results, weighted by severity.` };
  }
  return {
    reason,
    rule: 'Fails in a report that was cut off: what is missing cannot speak for it.',
  };
}

/** Everything that passed has expired. */
function outdated({ expired, implementedUntil }: EvidenceSummary) {
  const was = implementedUntil === null ? '' : `It was implemented until ${implementedUntil}; `;
  const passed = `${expired} ${results(expired)} passed and ${expired === 1 ? 'has' : 'have'} expired.`;
  const reason = was === '' ? passed : `${was}${passed}`;
  return { reason, rule: 'Expired evidence is unknown.' };
}

function passing(evidence: EvidenceSummary, proof: ProofReading) {
  const { passes, unknown, touchingFails, accountsWithout, cutOff, status } = evidence;
  if (status === 'implemented') {
    const all = passes === 1 ? 'The only result passes' : `All ${passes} results pass`;
    const reason = `${all}, in every account in scope.`;
    const rule = 'Its proof is shown in every account; no open fail, nothing unknown.';
    return { reason, rule };
  }
  const gap = proofGap(proof, evidence);
  const missing = gap === null ? [] : [gap];
  if (unknown > 0) missing.push(`${unknown} ${undecided(unknown)}`);
  if (touchingFails > 0) {
    const fail = touchingFails === 1 ? 'fails' : 'fail';
    missing.push(`${touchingFails} ${results(touchingFails)} of related checks ${fail}`);
  }
  if (accountsWithout.length > 0) missing.push(`no evidence of ${named(accountsWithout)}`);
  if (cutOff) missing.push('a report was cut off');
  const verb = passes === 1 ? 'passes' : 'pass';
  const until = evidence.implementedUntil;
  const was = until === null ? '' : ` It was implemented until ${until}.`;
  const reason = `${passes} ${results(passes)} ${verb}, but ${missing.join(', and ')}.${was}`;
  const rule = 'A pass shows its own part: partial until the whole is shown.';
  return { reason, rule };
}

function nothing({ cutOff, unknown, onlyByText, touching, ...held }: EvidenceSummary) {
  const rule = 'Without a result that counts a control is not assessed.';
  if (cutOff) return { reason: 'The report was cut off; its passes do not count.', rule };
  if (unknown > 0) {
    return { reason: `${unknown} ${results(unknown)} ${undecided(unknown)}.`, rule };
  }
  if (onlyByText) {
    return {
      reason: 'Passes match by text or domain only, which never turns a control green.',
      rule,
    };
  }
  if (held.ofUnknownChecks > 0) {
    const reason = 'Only checks pass that no known release of their tool has; they prove nothing.';
    return { reason, rule };
  }
  if (held.found > 0) {
    const reason = `${held.found} ${results(held.found)} show that the search runs, which is no proof of it.`;
    return { reason, rule };
  }
  if (touching > 0) {
    const reason = `${touching} ${results(touching)} of related checks only: none tests a part of it.`;
    return { reason, rule };
  }
  return { reason: 'No evidence and no answer.', rule };
}

function undecided(count: number): string {
  return count === 1 ? 'neither passes nor fails' : 'neither pass nor fail';
}

/** Concrete steps, most useful first. */
export function whatWouldChange(facts: Facts): string[] {
  const { basis, status, evidence, inputs, related, decision, proof } = facts;
  if (decision !== null && (basis === 'not_applicable' || basis === 'override')) {
    const alone = evidence.status.replaceAll('_', ' ');
    return [`Withdraw the decision of ${decision.actor}; evidence alone says ${alone}.`];
  }
  const steps: string[] = [];
  const failed = inputs.filter(({ fail }) => fail > 0);
  for (const { fail, severity, checkId } of failed.slice(0, MAX_NAMED)) {
    const worst = `worst ${severity}`;
    steps.push(`Fix ${fail} failing ${results(fail)} of ${checkId} (${worst}).`);
  }
  if (failed.length > MAX_NAMED) {
    steps.push(`Fix the fails of ${failed.length - MAX_NAMED} more checks.`);
  }
  const needsProof = status !== 'implemented' && (evidence.passes > 0 || proof.shown > 0);
  if (needsProof) steps.push(...proofSteps(proof, evidence));
  if (basis === 'passing' && evidence.touchingFails > 0) {
    const [worst] = related;
    const named = worst === undefined ? '' : ` (worst ${worst.checkId}, ${worst.severity})`;
    const count = evidence.touchingFails;
    steps.push(`Fix ${count} failing ${results(count)} of related checks${named}.`);
  }
  if (evidence.cutOff) steps.push('Import the whole report: what was read of it was cut off.');
  if (evidence.accountsWithout.length > 0) {
    steps.push(`Import evidence of ${named(evidence.accountsWithout)}.`);
  }
  if (evidence.unknown > 0) {
    steps.push(`Settle ${evidence.unknown} manual or unevaluated ${results(evidence.unknown)}.`);
  }
  if (evidence.onlyByText) steps.push('Accept a match by text, or answer for the control.');
  if (steps.length > 0) return steps;
  return evidence.kind === 'none' && basis === 'none'
    ? ['Import evidence, or answer for the control.']
    : ['Any open fail would lower it.'];
}

function shortened(text: string): string {
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}

function results(count: number): string {
  return count === 1 ? 'result' : 'results';
}

type Rated = Pick<ControlInput, 'severity' | 'fail'>;

/** The severity of fails counts before that of passes. */
function worseOf(a: Rated, b: Rated): Severity {
  if (a.fail > 0 !== b.fail > 0) return a.fail > 0 ? a.severity : b.severity;
  return SEVERITIES.indexOf(a.severity) <= SEVERITIES.indexOf(b.severity) ? a.severity : b.severity;
}

function worstFirst(a: ControlInput, b: ControlInput): number {
  return (
    Number(b.fail > 0) - Number(a.fail > 0) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    b.fail - a.fail ||
    b.unknown - a.unknown ||
    (`${a.tool} ${a.checkId}` < `${b.tool} ${b.checkId}` ? -1 : 1)
  );
}

function newer(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
