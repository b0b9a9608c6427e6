import type { KnownChecks, ListedCheck } from './known-checks.js';
import type { AnchorEntry, ProofEntry } from './proof-file.js';

/** A check that proves a part of a control. */
export type ProofCheck = Pick<ListedCheck, 'tool' | 'id' | 'service' | 'resourceType'>;

/** What an auditor asks for first. Needed in every account of its provider that has what it is about. */
export interface Anchor {
  checks: readonly ProofCheck[];
  /** `any`: the checks prove the same, so one of them is enough. */
  needs: 'all' | 'any';
  /**
   * Only where the account is seen to use the service, or has results of checks whose ids begin with the name;
   * `each`: of the service and resource type of each check by itself. Left out: in every account.
   */
  whenSeen?: string;
}

/** What proves a control, by provider. */
export type Proof = Readonly<Record<string, readonly Anchor[]>>;

/** The tool whose check ids are written without its name. */
const USUAL_TOOL: Readonly<Record<string, string>> = {
  web: 'web-check',
  image: 'trivy',
  repository: 'trivy',
  filesystem: 'trivy',
};

/** Resolves names and patterns by the lists of checks; `problems` receives what does not fit. */
export function proofOf(entry: ProofEntry, known: KnownChecks, problems: string[]): Proof {
  const proof: Record<string, Anchor[]> = {};
  for (const [provider, anchors] of Object.entries(entry)) {
    proof[provider] = anchors.map((anchor, at) => {
      const report = (problem: string) => problems.push(`proof.${provider}[${at}]: ${problem}`);
      return anchorOf(anchor, provider, known, report);
    });
  }
  return proof;
}

function anchorOf(
  entry: AnchorEntry,
  provider: string,
  known: KnownChecks,
  report: (problem: string) => void,
): Anchor {
  const checks = new Map<string, ProofCheck>();
  const { whenSeen } = entry;
  for (const name of entry.all ?? entry.any ?? []) {
    const found = namedBy(name, provider, known);
    if (name.includes('*') && whenSeen !== 'each') {
      report(`${name}: patterns need \`whenSeen: each\``);
    }
    if (found.length === 0) report(`no current release has the check ${name}`);
    for (const check of found) checks.set(`${check.tool}:${check.id}`, check);
  }
  const anchor: Anchor = { checks: [...checks.values()], needs: entry.all ? 'all' : 'any' };
  return whenSeen === undefined ? anchor : { ...anchor, whenSeen };
}

/** Checks of current releases: former ones appear in no new report, so they could never be shown. */
function namedBy(name: string, provider: string, known: KnownChecks): ProofCheck[] {
  const [, stated, rest = ''] = /^([a-z][a-z0-9-]*):(.+)$/.exec(name) ?? [];
  const isTool = stated !== undefined && known.lists(stated, provider);
  const tool = isTool ? stated : (USUAL_TOOL[provider] ?? 'prowler');
  const id = isTool ? rest : name;
  const found = id.includes('*')
    ? known.of(tool, provider).filter(fitting(id))
    : [known.find(tool, provider, id)].flatMap((check) => check ?? []);
  return found
    .filter(({ isFormer }) => !isFormer)
    .map(({ tool, id, service, resourceType }) => ({ tool, id, service, resourceType }));
}

function fitting(pattern: string): (check: ListedCheck) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+^$(){}|[\]\\?]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return ({ id }) => expression.test(id);
}
