import { isIP } from 'node:net';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { ReportFacts, ReportRow } from '../../../scanners/rows/report.js';
import { fingerprintOf } from '../../../scanners/rows/row-texts.js';
import { specificityOf } from '../../../scanners/rows/scanned-thing.js';
import { namesOfTool } from '../../../scanners/rows/tool-names.js';
import { isAccountWide } from '../../../scanners/tools/prowler/account-wide.js';
import type { CheckScope } from '../check-results/check-scope.js';
import type { ResultStores } from '../check-results/result-stores.js';

type Place = Pick<ReportRow, 'provider' | 'accountId'>;
type Named = Place & Pick<ReportRow, 'tool' | 'formerAccountId' | 'accountAliases'>;

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
 * Names rows as they are stored already where a tool, a run or a former release has another name for the same
 * thing: an account that a former release named by less, a tool that was renamed, the region of a run that an account-wide service is reported under, ZAP's alert references,
 * which older versions lack. One query for each account in which there is such a row.
 */
export class KnownNames {
  readonly #known = new Map<string, Promise<Known>>();
  readonly #renamed = new Map<string, ReportRow['check']>();

  readonly #accounts = new Map<string, Promise<string>>();
  /** The tools of the results that are stored under a name. */
  readonly #toolsUnder = new Map<string, Set<string>>();
  /** Accounts that kept the name that a former release gave them. */
  readonly kept = new Set<string>();
  /** Accounts that are stored under another of their names. */
  readonly joined = new Map<string, string>();

  constructor(
    private readonly stores: Pick<ResultStores, 'scopes' | 'results'>,
    private readonly team: TeamScope,
    /** Whether this import named its accounts as former releases did, and its file is the one read now. */
    private readonly isSameAsBefore: (importId: string, account: string) => Promise<boolean>,
  ) {}

  async adopt(rows: readonly ReportRow[]): Promise<ReportRow[]> {
    const adopted: ReportRow[] = [];
    await this.#readTools(rows);
    for (const row of rows) {
      const named = isNamedOtherwise(row) ? inAccount(row, await this.#accountOf(row)) : row;
      adopted.push(mayDiffer(named) ? await this.#adopt(named) : named);
    }
    return adopted;
  }

  /** The places of a report, under the names that their results are stored under. */
  async adoptPlaces(facts: ReportFacts | undefined): Promise<ReportFacts | undefined> {
    if (!facts?.places.some((place) => mayBeNamedOtherwise(place))) return facts;
    await this.#readTools(facts.places);
    const places: ReportFacts['places'] = [];
    for (const given of facts.places) {
      const place = { ...given, accountId: await this.#accountOf(given) };
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

  #accountOf(given: Named): Promise<string> {
    const { tool, provider, accountId, formerAccountId: former } = given;
    if (given.accountAliases) return this.#joinedOf(given, given.accountAliases);
    // A part of what was looked at states no other names.
    const joined = this.joined.get(accountId);
    if (joined !== undefined) return Promise.resolve(joined);
    if (former === undefined || former === accountId) return Promise.resolve(accountId);
    const key = [tool, provider, accountId, former].join('\0');
    const known = this.#accounts.get(key) ?? this.#formerOf(given, former);
    this.#accounts.set(key, known);
    return known;
  }

  #joinedOf(given: Named, aliases: readonly string[]): Promise<string> {
    const { tool, provider, accountId } = given;
    const key = [tool, provider, accountId, ...aliases].join('\0');
    const known = this.#accounts.get(key) ?? this.#aliasOf(given, aliases);
    this.#accounts.set(key, known);
    return known;
  }

  /** One query for all names of new things that have several. */
  async #readTools(named: readonly Named[]): Promise<void> {
    const unread = new Map<string, Place>();
    for (const { provider, accountId, accountAliases: aliases } of named) {
      for (const name of aliases ? [accountId, ...aliases] : []) {
        const place = { provider, accountId: name };
        if (!this.#toolsUnder.has(placeOf(place))) unread.set(placeOf(place), place);
      }
    }
    if (unread.size === 0) return;
    for (const key of unread.keys()) this.#toolsUnder.set(key, new Set());
    for (const scope of await this.stores.scopes.ofAccounts(this.team, [...unread.values()])) {
      this.#toolsUnder.get(placeOf(scope))?.add(scope.tool);
    }
  }

  async #aliasOf(
    { tool, provider, accountId }: Named,
    aliases: readonly string[],
  ): Promise<string> {
    const names = namesOfTool(tool);
    const isStored = (name: string) => {
      const tools = this.#toolsUnder.get(placeOf({ provider, accountId: name }));
      return names.some((known) => tools?.has(known));
    };
    if (isStored(accountId)) return accountId;
    for (const alias of aliases) {
      // An address with several names in one report: only one of them is what is stored.
      const isTaken = [...this.joined.values()].includes(alias);
      if (isTaken || !isStored(alias)) continue;
      const isNameOfAddress = provider === 'network' && !isAddress(alias);
      if (isNameOfAddress && !(await this.#states({ tool, provider, accountId: alias }, accountId)))
        continue;
      this.joined.set(accountId, alias);
      return alias;
    }
    return accountId;
  }

  /** Whether the results of a name are of this address: many addresses may have one name. */
  async #states(place: Place & Pick<ReportRow, 'tool'>, address: string): Promise<boolean> {
    for await (const page of this.stores.results.presentAt(this.team, place)) {
      return page.some(({ observed }) => observed.split(/[\s,;]+/).some(isOf(address)));
    }
    return false;
  }

  async #formerOf({ tool, provider, accountId }: Named, former: string): Promise<string> {
    const names = namesOfTool(tool);
    const account = `${provider}/${former}`;
    const last = (await this.stores.scopes.ofAccounts(this.team, [{ provider, accountId: former }]))
      .filter((scope) => names.includes(scope.tool))
      .reduce<CheckScope | null>(
        (newest, scope) => (newest && newest.lastSeenAt >= scope.lastSeenAt ? newest : scope),
        null,
      );
    if (!last || !(await this.isSameAsBefore(last.lastImportId, account))) return accountId;
    this.kept.add(account);
    return former;
  }

  #of({ provider, accountId }: Place): Promise<Known> {
    const place = { provider, accountId };
    const known =
      this.#known.get(placeOf(place)) ??
      this.stores.scopes.ofAccounts(this.team, [place]).then(knownOf);
    this.#known.set(placeOf(place), known);
    return known;
  }
}

function mayBeNamedOtherwise(named: Named): boolean {
  return namesOfTool(named.tool).length > 1 || isNamedOtherwise(named);
}

const isNamedOtherwise = ({ formerAccountId, accountAliases }: Named) =>
  formerAccountId !== undefined || accountAliases !== undefined;

const placeOf = ({ provider, accountId }: Place) => `${provider}\0${accountId}`;

const isAddress = (name: string) =>
  isIP(name) > 0 ||
  isIP(/^(?:\[([\da-f:.]+)\]|([\d.]+)):\d+$/i.exec(name)?.slice(1).join('') ?? '') > 0;

/** `10.0.0.1`, or `10.0.0.1:443`. */
const isOf = (address: string) => (word: string) =>
  word.replace(/:$/, '') === address || word.startsWith(`${address}:`);

function inAccount(row: ReportRow, accountId: string): ReportRow {
  if (accountId === row.accountId) return row;
  const { resource } = row;
  const uid = resource.uid === row.accountId ? accountId : resource.uid;
  // Former releases stored results of other targets there too, so missing ones prove nothing.
  const isShared = !specificityOf({ provider: row.provider, accountId }).isSpecific;
  return {
    ...{ ...row, accountId, resource: { ...resource, uid } },
    ...(isShared && { isNameGuessed: true as const }),
  };
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
