import type { TeamScope } from '../../../platform/database/collection.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import type { Compliance } from '../../compliance/index.js';
import type { SecurityScans } from '../../security-scans/index.js';
import { writeLinks } from '../items/links.js';
import type { StoredEvidence } from '../items/stored-evidence.js';
import { canonicalJson } from '../packages/canonical-json.js';
import { collectStatements, type StatementsDeps } from './collect-statements.js';
import { collectedItem } from './collected-item.js';
import { collectedId, isJudged, type ScanEvidence, scanEvidenceOf } from './scan-evidence.js';

/** How far back imports are looked at that may have been missed. */
const LOOK_BACK = 200;

export interface CollectorDeps extends StatementsDeps {
  compliance: StatementsDeps['compliance'] & Pick<Compliance, 'matches'>;
  scans: Pick<SecurityScans, 'imports' | 'evidence'>;
}

/** Turns what the product knows into evidence: each import once, and what people answered and attested. */
export class EvidenceCollector {
  constructor(private readonly deps: CollectorDeps) {}

  /** Of one import; answers how many items are new, and null while it still runs or the engine has not judged it. */
  async collectImport(team: TeamScope, importId: string): Promise<number | null> {
    const { items, scans, compliance, clock, intake } = this.deps;
    if ((await items.isCollected(team, [importId])).length > 0) return 0;
    const item = await scans.imports.get(team, importId);
    if (item.finishedAt === null) return null;
    const now = clock.now().toISOString();
    const isRead = item.status === 'completed' || item.status === 'partial';
    const made: StoredEvidence[] = [];
    if (isRead && !item.identical) {
      const [known, matches, catalogue] = await Promise.all([
        scans.evidence.of(team),
        compliance.matches.list(team),
        compliance.catalogues.of(team),
      ]);
      if (!isJudged(item.id, known, matches)) return null;
      for (const found of scanEvidenceOf(item, known, matches, catalogue)) {
        const content = await intake.keep(maskSecrets(canonicalJson(found)));
        made.push(itemOf(team, found, content, now));
      }
    }
    const fresh = await items.addNew(team, made);
    for (const one of made) await writeLinks(this.deps.references, team, one);
    await items.setCollected(team, importId, now, made.length);
    return fresh;
  }

  /** What people said: new answers and attestations become evidence, those that were taken back stop counting. */
  collectStatements(team: TeamScope): Promise<number> {
    return collectStatements(this.deps, team);
  }

  /** Everything that was missed, of the newest imports and of what was said. */
  async catchUp(team: TeamScope): Promise<number> {
    const { items } = this.deps;
    let count = await this.collectStatements(team);
    const imports = await this.#recentImports(team);
    const known = await items.isCollected(team, imports);
    const done = new Set(known.map(({ importId }) => importId));
    for (const id of imports) {
      if (!done.has(id)) count += (await this.collectImport(team, id)) ?? 0;
    }
    return count;
  }

  async #recentImports(team: TeamScope): Promise<string[]> {
    // The list asks for an actor only to know the team.
    const actor = { ...team, userId: 'system', name: 'OffloadSecurity', permissions: [] };
    const { items } = await this.deps.scans.imports.list(actor, LOOK_BACK);
    return items.filter(({ finishedAt }) => finishedAt !== null).map(({ id }) => id);
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
  const newest = all.reduce((last, { lastSeenAt }) => (lastSeenAt > last ? lastSeenAt : last), '');
  const seenAt = new Date(newest || (from.finishedAt ?? now)).toISOString();
  return collectedItem({
    id: collectedId(teamId, 'scan', from.id, domain.code),
    teamId,
    kind: 'scan',
    title: `${from.tool ?? 'Scan'}: ${domain.name}`,
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
    // What a report from tomorrow shows is known since now.
    collectedAt: seenAt < now ? seenAt : now,
    effectiveFrom: seenAt < now ? seenAt : now,
    effectiveTo: null,
    summary: {
      domain: domain.code,
      checks: all.length,
      pass: sum('pass'),
      fail: sum('fail'),
      unknown: sum('unknown'),
      accounts: [...new Set(all.flatMap(({ accounts }) => accounts))].sort(),
      complete: !from.partial && all.every(({ complete }) => complete),
    },
    content,
    now,
  });
}
