import type { TeamScope } from '../../../platform/database/collection.js';
import type { ReportFacts, ReportRow } from '../../../scanners/rows/report.js';
import { fingerprintOf } from '../../../scanners/rows/row-texts.js';
import { namesOfTool } from '../../../scanners/rows/tool-names.js';
import { isAccountWide } from '../../../scanners/tools/prowler/account-wide.js';
import type { CheckScope } from '../check-results/check-scope.js';
import type { ResultStores } from '../check-results/result-stores.js';

type Place = Pick<ReportRow, 'provider' | 'accountId'>;

/** What is stored of an account, as far as its rows may be named in another way there. */
interface Known {
  /** The tools of its results, the last used one first. */
  tools: string[];
  /** Of results that an account has once: the regions that they are stored under, by check; newest first. */
  regions: Map<string, string[]>;
  /** The regions of all these checks, newest first. */
  anyRegions: string[];
  /** ZAP's alerts. */
  alerts: Set<string>;
}

/**
 * Names rows as they are stored already where a tool or a run has another name for the same thing: a tool that
 * was renamed, the region of a run that an account-wide service is reported under, ZAP's alert references,
 * which older versions lack. One query for each account in which there is such a row.
 */
export class KnownNames {
  readonly #known = new Map<string, Promise<Known>>();
  readonly #renamed = new Map<string, ReportRow['check']>();

  constructor(
    private readonly stores: Pick<ResultStores, 'scopes'>,
    private readonly team: TeamScope,
  ) {}

  async adopt(rows: readonly ReportRow[]): Promise<ReportRow[]> {
    const adopted: ReportRow[] = [];
    for (const row of rows) adopted.push(mayDiffer(row) ? await this.#adopt(row) : row);
    return adopted;
  }

  /** The places of a report, under the names of the tools that their results are stored under. */
  async adoptPlaces(facts: ReportFacts | undefined): Promise<ReportFacts | undefined> {
    if (!facts?.places.some(({ tool }) => namesOfTool(tool).length > 1)) return facts;
    const places: ReportFacts['places'] = [];
    for (const place of facts.places) {
      const tool =
        namesOfTool(place.tool).length > 1 ? toolOf(place.tool, await this.#of(place)) : place.tool;
      places.push({ ...place, tool });
    }
    return { ...facts, places };
  }

  async #adopt(row: ReportRow): Promise<ReportRow> {
    const known = await this.#of(row);
    if (row.tool === 'prowler') return inRegion(row, regionOf(row, known));
    if (row.tool === 'zap') {
      const id = alertOf(row.check.id, known);
      if (id === row.check.id) return row;
      return { ...row, check: this.#renamedCheck(row, id), hint: fingerprintOf(row.check.title) };
    }
    const tool = toolOf(row.tool, known);
    if (tool === row.tool) return row;
    const id = row.check.id.startsWith(`${row.tool}:`)
      ? `${tool}${row.check.id.slice(row.tool.length)}`
      : row.check.id;
    return { ...row, tool, check: this.#renamedCheck(row, id) };
  }

  /** One object for all rows of a check, as readers give it. */
  #renamedCheck({ check }: ReportRow, id: string): ReportRow['check'] {
    const key = `${check.id}\0${id}\0${check.title}\0${check.description}`;
    const renamed = this.#renamed.get(key) ?? { ...check, id };
    this.#renamed.set(key, renamed);
    return renamed;
  }

  #of({ provider, accountId }: Place): Promise<Known> {
    const key = `${provider}\0${accountId}`;
    const known =
      this.#known.get(key) ??
      this.stores.scopes.ofAccounts(this.team, [{ provider, accountId }]).then(knownOf);
    this.#known.set(key, known);
    return known;
  }
}

function mayDiffer({ tool, provider, check }: ReportRow): boolean {
  if (tool === 'prowler') return provider === 'aws' && isAccountWide(check);
  return tool === 'zap' || namesOfTool(tool).length > 1;
}

function knownOf(scopes: CheckScope[]): Known {
  const known: Known = { tools: [], regions: new Map(), anyRegions: [], alerts: new Set() };
  for (const scope of scopes.sort((a, b) => (a.lastSeenAt < b.lastSeenAt ? 1 : -1))) {
    const { tool, checkId, region } = scope;
    if (!known.tools.includes(tool)) known.tools.push(tool);
    if (tool === 'zap') known.alerts.add(checkId);
    if (tool !== 'prowler' || region === '' || !isAccountWide({ id: checkId, service: '' }))
      continue;
    known.regions.set(checkId, [...(known.regions.get(checkId) ?? []), region]);
    if (!known.anyRegions.includes(region)) known.anyRegions.push(region);
  }
  return known;
}

function toolOf(tool: string, { tools }: Known): string {
  const names = namesOfTool(tool);
  return tools.find((stored) => names.includes(stored)) ?? tool;
}

function regionOf({ check, region }: ReportRow, { regions, anyRegions }: Known): string {
  const stored = regions.get(check.id) ?? anyRegions;
  return stored.includes(region) ? region : (stored[0] ?? region);
}

/** Some of these services have the run's region in their ARNs: `arn:aws:iam:eu-west-1:…:password-policy`. */
function inRegion(row: ReportRow, region: string): ReportRow {
  if (region === row.region) return row;
  const parts = row.resource.uid.split(':');
  const uid =
    parts[0] === 'arn' && parts[3] === row.region && row.region !== ''
      ? [...parts.slice(0, 3), region, ...parts.slice(4)].join(':')
      : row.resource.uid;
  return { ...row, region, resource: { ...row.resource, uid } };
}

/** `10038-1` where results are stored under `10038`, and the other way round where that is clear. */
function alertOf(id: string, { alerts }: Known): string {
  if (alerts.has(id)) return id;
  const [plugin = id] = id.split('-');
  if (plugin !== id) return alerts.has(plugin) ? plugin : id;
  const references = [...alerts].filter((alert) => alert.startsWith(`${plugin}-`));
  return references.length === 1 ? (references[0] ?? id) : id;
}
