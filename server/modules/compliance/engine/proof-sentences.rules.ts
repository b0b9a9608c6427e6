import type { ProofItem, ProofState } from '../../../../contract/compliance.js';
import type { EvidenceSummary, Withheld } from './evidence.rules.js';
import type { ProofReading } from './proof-checklist.rules.js';

/** How many checks or accounts a sentence names. */
const MAX_NAMED = 3;

type Without = Pick<EvidenceSummary, 'accountsWithout'>;

/** Why passes alone do not prove the control; null where they do, or where other sentences say why. */
export function proofGap(proof: ProofReading, { accountsWithout }: Without): string | null {
  if (proof.by === 'person') return 'scans show parts of it only, and a person must answer for it';
  if (proof.without.length > 0) {
    return `scans of ${listed(proof.without)} show parts of it only`;
  }
  const open = openItems(proof, accountsWithout);
  if (open.length === 0) {
    const narrow = withEvidence(proof.unsurveyed, accountsWithout);
    if (narrow.length === 0) return null;
    return `the reports of ${named(narrow)} are of too few services to show which ones it uses`;
  }
  const [first] = open;
  const rest = open.length > 1 ? ` and ${open.length - 1} more` : '';
  return `${proof.shown} of ${proof.items.length} proofs are shown: ${checksOf(first)}${rest} ${STATE[first?.state ?? 'missing'][open.length === 1 ? 0 : 1]}`;
}

/** Of one proof, and of several. */
const STATE: Record<ProofState, readonly [string, string]> = {
  shown: ['is shown', 'are shown'],
  missing: ['is missing', 'are missing'],
  failing: ['fails', 'fail'],
  expired: ['has expired', 'have expired'],
  unknown: ['was not evaluated', 'were not evaluated'],
  withheld: [
    'is not evaluated, because another check does not pass',
    'are not evaluated, because another check does not pass',
  ],
};

/** What to do for the proof, the missing checks first. */
export function proofSteps(proof: ProofReading, { accountsWithout }: Without): string[] {
  if (proof.by === 'person') {
    return ['Add an answer with an explanation: scans show parts of it only.'];
  }
  const steps: string[] = [];
  const groups = new Map<string, ProofItem[]>();
  for (const item of openItems(proof, accountsWithout)) {
    // Failing checks have steps of their own.
    if (item.state === 'failing') continue;
    const key = `${item.state} ${checksOf(item)} ${item.needs ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  for (const items of [...groups.values()].slice(0, MAX_NAMED)) steps.push(stepOf(items));
  const narrow = withEvidence(proof.unsurveyed, accountsWithout);
  if (narrow.length > 0) steps.push(`Scan all services of ${named(narrow)}.`);
  const more = groups.size - MAX_NAMED;
  if (more > 0) {
    steps.push(
      `Show the ${more === 1 ? 'remaining check' : `${more} remaining checks`} of the proof.`,
    );
  }
  if (proof.without.length > 0) {
    steps.push(`Answer for the control: scans of ${listed(proof.without)} show parts of it only.`);
  }
  return steps;
}

function stepOf(items: readonly ProofItem[]): string {
  const [first] = items;
  const check = checksOf(first);
  const where = named(items.map(({ account }) => account));
  switch (first?.state) {
    case 'expired':
      return `Run ${check} in ${where} again: its evidence has expired.`;
    case 'unknown':
      return `Settle ${check} in ${where}: it was not evaluated.`;
    case 'withheld':
      return `Fix ${first.needs} in ${where}: a pass of ${check} proves nothing without it.`;
    default:
      return `Run ${check} in ${where}: it has no result there.`;
  }
}

function withEvidence(accounts: readonly string[], without: readonly string[]): string[] {
  return accounts.filter((account) => !without.includes(account));
}

/** Not shown, except in accounts without any evidence, which have a sentence of their own. */
function openItems({ items }: ProofReading, accountsWithout: readonly string[]): ProofItem[] {
  const silent = new Set(accountsWithout);
  return items.filter(({ state, account }) => state !== 'shown' && !silent.has(account));
}

function checksOf(item: ProofItem | undefined): string {
  const { checks = [] } = item ?? {};
  const shown = checks.slice(0, MAX_NAMED).join(' or ');
  return checks.length > MAX_NAMED ? `${shown} or ${checks.length - MAX_NAMED} more` : shown;
}

/** Why the passes of a check do not count. */
export function withheldText(withheld: Withheld, { tool, accountId }: Place): string {
  if (withheld.why === 'misses') return `Passes do not count: the check misses ${withheld.what}.`;
  return withheld.why === 'needs'
    ? `Not evaluated in ${accountId}: ${withheld.check} does not pass there.`
    : `No known release of ${tool} has this check, so its passes do not count.`;
}

interface Place {
  tool: string;
  accountId: string;
}

export function named(accounts: readonly string[]): string {
  const [first, ...more] = accounts;
  if (more.length === 0) return `account ${first ?? ''}`;
  const shown = accounts.slice(0, MAX_NAMED).join(', ');
  const rest = accounts.length - MAX_NAMED;
  return rest > 0 ? `accounts ${shown} and ${rest} more` : `accounts ${shown}`;
}

function listed(names: readonly string[]): string {
  const [last = '', ...others] = [...names].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
}
