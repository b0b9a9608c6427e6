import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlDetail, ControlSummary } from '../../contract/compliance.js';
import {
  FINDING_STATUSES,
  type Finding,
  type FindingFilter,
} from '../../contract/security-scans.js';
import type { TeamControlState } from '../modules/compliance/index.js';
import type { Actor } from '../platform/auth/actor.js';
import { ocsfReport, type ReportOptions, type RowSpec } from './prowler-rows.js';
import { anActor, type TestCore } from './test-core.js';

/** Facts about a report besides its content. */
type ImportFacts = NonNullable<Parameters<TestCore['scans']['imports']['importFile']>[2]>;

let teams = 0;
let files = 0;

/** A new team in a shared core, so that a property needs no new databases for every run. */
export class TestTeam {
  readonly actor: Actor;

  constructor(
    readonly core: TestCore,
    teamId = `team-${++teams}`,
  ) {
    this.actor = anActor(teamId);
  }

  /** Stores the team, for work that covers all teams. */
  register(): Promise<unknown> {
    const createdAt = '2026-01-01T00:00:00.000Z';
    return this.core.platform.teams.ensure({ id: this.actor.teamId, name: 'A', createdAt });
  }

  /** Imports a report of these rows. */
  import(rows: readonly RowSpec[], options: ReportOptions = {}) {
    return this.importText(ocsfReport(rows, options));
  }

  /** Imports only the first bytes of the report, as a count or, below 1, as a share. */
  importCut(text: string, at: number, options: ImportFacts = {}) {
    const bytes = Buffer.from(text);
    const first = bytes.subarray(0, at < 1 ? Math.floor(bytes.length * at) : at);
    return this.importText(first, undefined, options);
  }

  async importText(content: string | Buffer, name = 'report.ocsf.json', options: ImportFacts = {}) {
    const path = join(this.core.platform.config.dataDir, `${++files}-${name}`);
    await writeFile(path, content);
    return this.core.scans.imports.importFile(this.actor, path, options);
  }

  /** Every finding, resolved ones included, read page by page. */
  async findings(filter: FindingFilter = {}): Promise<Finding[]> {
    const found: Finding[] = [];
    let cursor: string | undefined;
    do {
      const wanted = { status: [...FINDING_STATUSES], ...filter };
      const page = await this.core.scans.findings.list(this.actor, wanted, 200, cursor);
      found.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return found;
  }

  /** The one finding of this resource. */
  async finding(resource: string): Promise<Finding> {
    const found = (await this.findings()).filter(({ resourceUid }) => resourceUid === resource);
    if (found.length !== 1) throw new Error(`${found.length} findings of ${resource}`);
    return found[0] as Finding;
  }

  /** `check account region resource` of each open finding, sorted. */
  async open(): Promise<string[]> {
    return (await this.findings({ status: ['open'] })).map(nameOf).sort();
  }

  /** Sets a triage decision for 30 days, or reopens the finding. */
  triage(findingId: string, status: 'suppressed' | 'accepted' | 'false_positive' | 'open') {
    const expiresAt = new Date(this.core.clock.now().getTime() + 30 * 86_400_000).toISOString();
    const input = status === 'open' ? { status } : { status, reason: 'because', expiresAt };
    return this.core.scans.findings.triage(this.actor, findingId, input);
  }

  control(controlId: string): Promise<ControlDetail> {
    return this.core.compliance.controls.get(this.actor, controlId);
  }

  /** Every control with any evidence. */
  async controls(): Promise<ControlSummary[]> {
    const { items } = await this.core.compliance.controls.list(this.actor, {});
    return items.filter(({ status, reason }) => status !== 'not_assessed' || reason !== NOTHING);
  }

  /** The stored state of every control, and what is shown of those with results or a decision; without dates. */
  async controlStates() {
    const stored = await this.core.compliance.states.list(this.actor);
    const concerned = stored.filter(
      ({ decisionKey, explanation: { inputs, related = [] } }) =>
        decisionKey || inputs.length + related.length > 0,
    );
    const shown = concerned.map(async ({ controlId }) => {
      const { since: _, evaluatedAt: __, ...control } = await this.control(controlId);
      return control;
    });
    return [...stored.map(standing), ...(await Promise.all(shown))];
  }

  /** Framework id → score. */
  async scores(): Promise<Record<string, number>> {
    const frameworks = await this.core.compliance.posture.frameworks(this.actor);
    return Object.fromEntries(frameworks.map(({ id, score }) => [id, score ?? 0]));
  }
}

const NOTHING = 'Nothing has been imported yet.';

function standing({ controlId, status, assurance, reason, ...rest }: TeamControlState) {
  const { openFindings, contradicted, explanation, ruleVersion } = rest;
  return {
    ...{ controlId, status, assurance, reason, openFindings, contradicted, explanation },
    ruleVersion,
  };
}

export function nameOf({ checkId, accountId, region, resourceUid }: Finding): string {
  return [checkId, accountId, region, resourceUid].join(' ');
}
