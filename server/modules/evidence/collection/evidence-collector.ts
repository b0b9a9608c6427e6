import type { TeamScope } from '../../../platform/database/collection.js';
import { Turns } from '../../../platform/turns.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import type { Compliance } from '../../compliance/index.js';
import type { SecurityScans } from '../../security-scans/index.js';
import type { StoredEvidence } from '../items/evidence-item.js';
import { writeLinks } from '../items/links.js';
import { canonicalJson } from '../packages/canonical-json.js';
import { collectStatements, type StatementsDeps } from './collect-statements.js';
import { collectedItem } from './collected-item.js';
import { endItems } from './end-items.js';
import { collectedId, isMatched, type ScanEvidence, scanEvidenceOf } from './scan-evidence.js';

/** How many recent imports are checked for missed evidence. */
const LOOK_BACK = 200;

export interface CollectorDeps extends StatementsDeps {
  compliance: StatementsDeps['compliance'] & Pick<Compliance, 'matches'>;
  scans: Pick<SecurityScans, 'imports' | 'evidence'>;
}

/** Collects evidence from each import once, and from people's answers and attestations. */
export class EvidenceCollector {
  constructor(private readonly deps: CollectorDeps) {}

  /** Returns the number of new items of an import; null while it runs or the engine has not evaluated it. */
  async collectImport(team: TeamScope, importId: string): Promise<number | null> {
    const { items, scans, compliance, intake } = this.deps;
    const { clock, references } = this.deps.platform;
    if ((await items.isCollected(team, [importId])).length > 0) return 0;
    const item = await scans.imports.get(team, importId);
    if (item.finishedAt === null) return null;
    const now = clock.now().toISOString();
    const isRead = item.status === 'completed' || item.status === 'partial';
    const collected: StoredEvidence[] = [];
    if (isRead && !item.identical) {
      const [known, matches, catalogue] = await Promise.all([
        scans.evidence.of(team),
        compliance.matches.list(team),
        compliance.catalogues.of(team),
      ]);
      if (!isMatched(item.id, known, matches)) return null;
      const turns = new Turns();
      for (const found of scanEvidenceOf(item, known, matches, catalogue)) {
        await turns.next();
        const content = await intake.keep(maskSecrets(canonicalJson(found)));
        collected.push(itemOf(team, found, content, now));
      }
    }
    const added = await items.addNew(team, collected);
    for (const one of collected) await writeLinks(references, team, one);
    await items.setCollected(team, importId, now, collected.length);
    return added;
  }

  /** New answers and attestations become evidence; withdrawn ones stop counting. */
  collectStatements(team: TeamScope): Promise<number> {
    return collectStatements(this.deps, team);
  }

  /** The evidence of an undone import stops counting. */
  async endImport(team: TeamScope, importId: string): Promise<void> {
    const { items, platform } = this.deps;
    const collected = await items.all(team, { 'source.importId': importId, kind: 'scan' });
    await endItems(this.deps, collected, platform.clock.now().toISOString());
  }

  /** Collects missed evidence of the newest imports and of people's statements. */
  async catchUp(team: TeamScope): Promise<number> {
    const { items } = this.deps;
    let count = await this.collectStatements(team);
    const recent = await this.#recentImports(team);
    for (const { id, status } of recent) if (status === 'undone') await this.endImport(team, id);
    const imports = recent.map(({ id }) => id);
    const known = await items.isCollected(team, imports);
    const done = new Set(known.map(({ importId }) => importId));
    for (const id of imports) {
      if (!done.has(id)) count += (await this.collectImport(team, id)) ?? 0;
    }
    return count;
  }

  async #recentImports(team: TeamScope) {
    // The list needs the actor's team only.
    const actor = { ...team, userId: 'system', name: 'OffloadSecurity', permissions: [] };
    const { items } = await this.deps.scans.imports.list(actor, LOOK_BACK);
    return items.filter(({ finishedAt }) => finishedAt !== null);
  }
}

function itemOf(
  { teamId }: TeamScope,
  found: ScanEvidence,
  content: { sha256: string; sizeBytes: number },
  now: string,
): StoredEvidence {
  const { import: from, domain, controls } = found;
  const checks = new Map(
    controls.flatMap((one) =>
      one.checks.map((check) => [`${check.tool}\0${check.checkId}`, check]),
    ),
  );
  const all = [...checks.values()];
  const sum = (of: 'pass' | 'fail' | 'unknown') => all.reduce((total, one) => total + one[of], 0);
  const accounts = [...new Set(all.flatMap((check) => check.accounts))].sort();
  const newest = all.reduce((last, { lastSeenAt }) => (lastSeenAt > last ? lastSeenAt : last), '');
  const seenAt = new Date(newest || (from.finishedAt ?? now)).toISOString();
  return collectedItem({
    id: collectedId(teamId, 'scan', from.id, domain.code),
    teamId,
    kind: 'scan',
    title: titleOf(found, accounts),
    description: `What ${from.fileName} shows of ${controls.length} controls`.slice(0, 1_000),
    source: {
      tool: from.tool,
      toolVersion: from.toolVersion,
      importId: from.id,
      reportSha256: from.reportSha256,
      person: null,
    },
    controlIds: controls.map(({ controlId }) => controlId),
    requirements: [],
    // A report dated in the future counts from now on.
    collectedAt: seenAt < now ? seenAt : now,
    effectiveFrom: seenAt < now ? seenAt : now,
    effectiveTo: null,
    summary: {
      domain: domain.code,
      checks: all.length,
      pass: sum('pass'),
      fail: sum('fail'),
      unknown: sum('unknown'),
      accounts,
      complete: !from.partial && all.every(({ complete }) => complete),
    },
    content,
    now,
  });
}

/** How many targets a title names, and characters of each. */
const MAX_TARGETS = 2;
const MAX_TARGET = 80;

/** Names the targets: items of one control differ by them. */
function titleOf({ import: from, domain }: ScanEvidence, accounts: readonly string[]): string {
  const named = accounts.slice(0, MAX_TARGETS).map((account) => account.slice(0, MAX_TARGET));
  const rest = accounts.length - named.length;
  const more = rest > 0 ? ` and ${rest} more` : '';
  const of = named.length > 0 ? ` of ${named.join(', ')}${more}` : '';
  return `${from.tool ?? 'Scan'}${of}: ${domain.name}`;
}
