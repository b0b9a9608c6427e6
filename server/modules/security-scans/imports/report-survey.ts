import type { VerdictCounts } from '../../../../contract/security-scans.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { observedIn } from '../../../scanners/rows/observed-at.js';
import type {
  HiddenPart,
  ReportFacts,
  ReportPlace,
  ReportRow,
} from '../../../scanners/rows/report.js';
import type { FilterableResult } from '../../../scanners/rows/report-filters.js';
import { isShown, type KnownResult } from '../../../scanners/rows/shown-results.rules.js';
import { silenceOf } from '../../../scanners/tools/registry.js';
import { formerIdentityOf, identityOf, scopeId } from '../check-results/identity.rules.js';
import { scopeKey } from '../check-results/scope-tallies.rules.js';
import { SpokenOf } from './silence.rules.js';

/** One check in one account and region, as a report covers it. */
export interface SurveyedScope {
  tool: string;
  checkId: string;
  provider: string;
  accountId: string;
  region: string;
  /** Rows of the report in it. */
  rows: number;
  /** The newest time of a row. */
  seenAt: string;
  /** The same as the report states it. */
  statedAt: string;
  isLocal: boolean;
}

type RepeatedRow = Pick<SurveyedScope, 'checkId' | 'provider' | 'accountId' | 'region'> &
  Pick<ReportRow, 'verdict'>;

const DAY_MS = 86_400_000;

/** An account that one tool looked at. */
export type Place = Pick<SurveyedScope, 'tool' | 'provider' | 'accountId'>;

interface LookedAt extends Place {
  /** The newest time of a row, or when the report was made. */
  at: string;
  statedAt: string;
  isLocal: boolean;
  shows?: (known: KnownResult) => boolean;
  spoken: SpokenOf;
  packages?: ReportPlace['packages'];
  isNameGuessed: boolean;
}

/** A check as a row describes it. */
type Described = Pick<ReportRow, 'check' | 'severity' | 'provider'>;

/** Collected while a report is read: everything that applying needs before the first row. */
export class ReportSurvey {
  readonly counts: VerdictCounts = { pass: 0, fail: 0, manual: 0, muted: 0, error: 0 };
  readonly checks = new Map<string, Described & { tool: string }>();
  readonly scopes = new Map<string, SurveyedScope>();
  /** How many rows have each identity. */
  readonly identities = new Map<string, number>();
  /** How many rows had each identity in a former release, where it was another. */
  readonly formerIdentities = new Map<string, number>();
  /** Rows that are dated more than a day after now, and the latest of their times. */
  readonly future = { rows: 0, upTo: '' };
  /** Parts of which the report states an error. */
  readonly hidden: HiddenPart[] = [];
  /** Rows that the report has before, cell for cell. */
  repeated = 0;
  /** Rows that name no resource. */
  nameless = 0;
  readonly #namelessIn = new Set<string>();
  readonly #places = new Map<string, LookedAt>();
  readonly #tomorrow: string;
  readonly #ids = new Map<SurveyedScope, string>();

  /** `now` replaces a time that the report does not state or that is in the future. */
  constructor(private readonly now: string) {
    this.#tomorrow = new Date(Date.parse(now) + DAY_MS).toISOString();
  }

  /** Adds a row; returns its identity, and the one of former releases where it was another. */
  add(row: ReportRow): { identity: string; former?: string } {
    const { tool, verdict, provider, accountId, region } = row;
    this.counts[verdict === 'not_evaluated' ? 'error' : verdict] += 1;
    this.#describe(row);
    const isFuture = this.#countFuture(row);
    const seenAt = observedAtOf(row, this.now);
    const isLocal = row.isLocalTime === true && !isFuture;
    const statedAt = isLocal ? (row.observedAt ?? seenAt) : seenAt;
    const place = this.#placeOf(row, { at: seenAt, statedAt, isLocal });
    if (statedAt > place.statedAt) Object.assign(place, { at: seenAt, statedAt, isLocal });
    place.spoken.add(filterableRow(row));
    if (row.isNameGuessed) place.isNameGuessed = true;
    if (isNameless(tool, row.resource.uid)) {
      this.nameless += 1;
      this.#namelessIn.add(`${placeKey(row)}\0${row.check.id}`);
    }
    const key = scopeKey({ checkId: row.check.id, provider, accountId, region });
    const scope = this.scopes.get(key);
    if (scope) {
      scope.rows += 1;
      if (statedAt > scope.statedAt) Object.assign(scope, { seenAt, statedAt, isLocal });
    } else {
      const checkId = row.check.id;
      this.scopes.set(key, {
        ...{ tool, checkId, provider, accountId, region, rows: 1 },
        ...{ seenAt, statedAt, isLocal },
      });
    }
    const identity = identityOf(tool, row);
    this.identities.set(identity, (this.identities.get(identity) ?? 0) + 1);
    const former = formerIdentityOf(tool, row);
    if (former === null) return { identity };
    this.formerIdentities.set(former, (this.formerIdentities.get(former) ?? 0) + 1);
    return { identity, former };
  }

  /** Takes back a row that turned out to be a repetition of another one. */
  takeBack({ checkId, provider, accountId, region, verdict }: RepeatedRow): void {
    this.repeated += 1;
    this.counts[verdict === 'not_evaluated' ? 'error' : verdict] -= 1;
    const scope = this.scopes.get(scopeKey({ checkId, provider, accountId, region }));
    if (scope) scope.rows -= 1;
  }

  /** Adds the places that the report says it looked at, with or without results. */
  lookAt(facts: ReportFacts | undefined): void {
    const { observedAt, isLocalTime } = observedIn([facts?.createdAt]);
    const at = observedAtOf({ observedAt }, this.now);
    if (this.scopes.size === 0 && this.#isFuture(observedAt)) this.future.upTo = observedAt ?? '';
    const isLocal = isLocalTime === true && !this.#isFuture(observedAt);
    const made = { at, statedAt: isLocal ? (observedAt ?? at) : at, isLocal };
    for (const { part } of facts?.hidden ?? []) this.hidden.push(part);
    for (const place of facts?.places ?? []) {
      const known = this.#placeOf(place, made);
      known.spoken.addFiles(place.files ?? []);
      known.packages = place.packages;
      if (place.isNameGuessed) known.isNameGuessed = true;
      const before = known.shows;
      const { shown } = place;
      const shows = shown && ((result: KnownResult) => isShown(shown, result));
      // A place twice in one report: only results that both would show count as shown.
      known.shows = before && shows ? (result) => before(result) && shows(result) : shows;
    }
  }

  /** Takes a scope of this report as seen at another time than its rows state. */
  settle(scope: SurveyedScope, at: string): void {
    scope.seenAt = at;
    this.settlePlace(scope, at);
  }

  settlePlace(place: Place, at: string): void {
    const known = this.#places.get(placeKey(place));
    if (known && at > known.at) known.at = at;
  }

  /** How the report states when it looked at this place; null when it did not. */
  statedOf(place: Place): Pick<LookedAt, 'statedAt' | 'isLocal'> | null {
    return this.#places.get(placeKey(place)) ?? null;
  }

  /** The tool of a check. */
  readonly toolOf = (checkId: string): string => this.checks.get(checkId)?.tool ?? '';

  /** Every place that was looked at, once. */
  get places(): readonly Place[] {
    return [...this.#places.values()];
  }

  /** `aws/123456789012` of everything that was looked at. */
  get accounts(): string[] {
    return [...new Set(this.places.map(({ provider, accountId }) => `${provider}/${accountId}`))];
  }

  /** When this place was looked at; null when it was not. */
  lookedAt(place: Place): string | null {
    return this.#places.get(placeKey(place))?.at ?? null;
  }

  /**
   * Whether the report would show a result of this place; undefined when it does not say what it covers. A
   * place without a name of its own may be a different one in every report, so nothing missing from it is gone.
   */
  showsAt(place: Place): LookedAt['shows'] {
    const known = this.#places.get(placeKey(place));
    if (place.accountId === '' || known?.isNameGuessed) return () => false;
    return known?.shows;
  }

  /** Whether the report itself states all that a missing result needs: its tool has no filters that leave no trace. */
  statesAll(place: Place): boolean {
    const shows = this.showsAt(place);
    if (shows === undefined) return false;
    const known = this.#places.get(placeKey(place));
    if (place.accountId === '' || known?.isNameGuessed) return true;
    return known?.spoken.silence.filters.length === 0;
  }

  /** Whether the report has this check without a resource: it may be about any that it lacks. */
  hasNameless(of: Place & Pick<SurveyedScope, 'checkId'>): boolean {
    return this.#namelessIn.has(`${placeKey(of)}\0${of.checkId}`);
  }

  /** See `ReportPlace`. */
  packagesAt(place: Place): ReportPlace['packages'] {
    return this.#places.get(placeKey(place))?.packages;
  }

  /** What the report speaks of in a place that was looked at. */
  spokenAt(place: Place): SpokenOf | null {
    return this.#places.get(placeKey(place))?.spoken ?? null;
  }

  /** The id of a scope in the team of this report; cached. */
  idOf({ teamId }: TeamScope, scope: SurveyedScope): string {
    const known = this.#ids.get(scope);
    if (known) return known;
    const id = scopeId(teamId, scope);
    this.#ids.set(scope, id);
    return id;
  }

  #countFuture({ observedAt }: ReportRow): boolean {
    if (!this.#isFuture(observedAt)) return false;
    this.future.rows += 1;
    if (observedAt !== null && observedAt > this.future.upTo) this.future.upTo = observedAt;
    return true;
  }

  #isFuture(time: string | null): boolean {
    return time !== null && time > this.#tomorrow;
  }

  #placeOf(
    { tool, provider, accountId }: Place,
    seen: Pick<LookedAt, 'at' | 'statedAt' | 'isLocal'>,
  ): LookedAt {
    const key = placeKey({ tool, provider, accountId });
    const known = this.#places.get(key);
    if (known) return known;
    const place: LookedAt = {
      ...{ tool, provider, accountId, ...seen },
      ...{ shows: undefined, isNameGuessed: false },
      spoken: new SpokenOf(silenceOf(tool, provider)),
    };
    this.#places.set(key, place);
    return place;
  }

  /** One description per check, independent of the order of rows. */
  #describe({ tool, check, severity, provider }: ReportRow): void {
    const known = this.checks.get(check.id);
    const isKnown = known?.check === check && known.severity === severity;
    const described = { check, severity, provider };
    if (isKnown || (known && textOf(known) <= textOf(described))) return;
    this.checks.set(check.id, { tool, ...described });
  }
}

/** Without a copy of the whole row, which would cost more than what is done with it here. */
function filterableRow(row: ReportRow): FilterableResult {
  const { check, resource, provider, region, subObject } = row;
  const { verdict, severity, rawSeverity, observed } = row;
  const { uid: resourceUid, labels } = resource;
  const checkId = check.id;
  return {
    checkId,
    provider,
    region,
    resourceUid,
    subObject,
    verdict,
    severity,
    rawSeverity,
    observed,
    labels,
  };
}

/** Readers of formats in which a place may be missing have the tool's name there. */
export function isNameless(tool: string, resourceUid: string): boolean {
  return resourceUid === '' || resourceUid === tool;
}

export function placeKey({ tool, provider, accountId }: Place): string {
  return [tool, provider, accountId].join('\u0000');
}

function textOf({ check, severity, provider }: Described): string {
  return JSON.stringify({ check, severity, provider });
}

/** When the tool looked; never later than now, so that a wrong clock cannot outvote later reports. */
export function observedAtOf(row: Pick<ReportRow, 'observedAt'>, now: string): string {
  return row.observedAt !== null && row.observedAt < now ? row.observedAt : now;
}
