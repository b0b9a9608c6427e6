import type { TeamScope } from '../../../platform/database/collection.js';
import type { Platform } from '../../../platform/platform.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import { expiryOf } from '../items/evidence.rules.js';
import type { StoredEvidence } from '../items/evidence-item.js';
import type { EvidenceItemsRepository } from '../items/evidence-items.repository.js';
import { writeLinks } from '../items/links.js';
import { canonicalJson } from '../packages/canonical-json.js';
import type { Intake } from '../uploads/intake.js';
import { collectedItem } from './collected-item.js';
import { endItems } from './end-items.js';
import { collectedId } from './scan-evidence.js';
import { type Statement, type StatementSources, statementsOf } from './statements.js';

export interface StatementsDeps {
  platform: Pick<Platform, 'references' | 'clock' | 'audit'>;
  items: EvidenceItemsRepository;
  intake: Intake;
  compliance: StatementSources;
}

/**
 * Statements of people become evidence, which ends when they withdraw them; returns the number of new items. A
 * statement that returns unchanged, such as an attestation whose text came back, is a new item: nothing counted in
 * between.
 */
export async function collectStatements(deps: StatementsDeps, team: TeamScope): Promise<number> {
  const { items, compliance, intake } = deps;
  const { clock, references } = deps.platform;
  const now = clock.now().toISOString();
  const current = await statementsOf(team, compliance, now);
  const known = await items.all(team, { kind: { in: ['answer', 'attestation'] } });
  const byId = new Map(known.map((item) => [item.id, item]));
  const currentIds = new Set<string>();
  const collected: StoredEvidence[] = [];
  for (const statement of current) {
    const id = currentId(team, statement, byId, now);
    currentIds.add(id);
    if (byId.has(id)) continue;
    const { content, ...parts } = statement;
    const kept = await intake.keep(maskSecrets(canonicalJson(content)));
    const effectiveFrom = id === statement.id ? parts.collectedAt : now;
    collected.push(collectedItem({ ...parts, id, effectiveFrom, content: kept, now }));
  }
  const added = await items.addNew(team, collected);
  for (const one of collected) await writeLinks(references, team, one);
  await endItems(
    deps,
    known.filter(({ id }) => !currentIds.has(id)),
    now,
  );
  return added;
}

/** The id of the current item of a statement: the first, or the successor of items that ended early. */
function currentId(
  { teamId }: TeamScope,
  statement: Statement,
  byId: ReadonlyMap<string, StoredEvidence>,
  now: string,
): string {
  let { id } = statement;
  if (expiryOf(statement, []) <= now) return id;
  for (let item = byId.get(id); item; item = byId.get(id)) {
    if (item.state !== 'expired' || item.expiresAt > now) break;
    id = collectedId(teamId, 'again', item.id, item.expiresAt);
  }
  return id;
}
