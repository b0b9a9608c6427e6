import { isReplaced } from '../../../scanners/rows/shown-results.rules.js';
import type { CheckResult } from '../check-results/check-result.js';
import type { CheckScope } from '../check-results/check-scope.js';
import type { ResultStores } from '../check-results/result-stores.js';
import type { GoneFrom } from './close-gone.js';
import type { LostEnds } from './report-order.js';
import { type Place, placeKey } from './report-survey.js';
import type { ReportToApply } from './report-to-apply.js';
import {
  asFilterable,
  ClassCounts,
  groupIn,
  isHidden,
  isWide,
  LookOf,
  MIN_LARGE,
  type SpokenOf,
  type Width,
  widthOf,
} from './silence.rules.js';

type Region = Place & Pick<CheckScope, 'region'>;

/** What is known of a place before the report. */
interface KnownPlace {
  spoken: SpokenOf;
  /** Of missing fails. */
  look: LookOf;
  /** Of what else is missing. */
  others: LookOf;
  groups: Map<string, Set<string>>;
  isTrusted: boolean;
  /** Fails of several resources are missing, and none is left: not one resource is gone, but a kind of rows. */
  mayLackFails: boolean;
}

const CUT = 'looks cut off: it lacks what the report before it ended with';
const CUT_AND_SHUFFLED =
  'looks cut off: it is in another order than the report before it, and lacks results of resources that it names';

/** Scopes that a report lacks are read up to this number, only to say what the report looks like. */
const MAX_READ_FOR_LOOK = 500;

/**
 * Judges what an imported report lacks by how wide it is: gone, or only not seen. Not for reports of our own
 * scans, whose arguments are known. What is known of a place is read when its first result is missing.
 */
export class MissingResults {
  readonly #places = new Map<string, Promise<KnownPlace>>();
  readonly #looks: LookOf[] = [];
  readonly #others: LookOf[] = [];
  readonly #widths = new Map<string, Width>();
  #read = 0;
  /** Why open findings may be missing only because the report is cut off. */
  #cut: string | null = null;

  /** `known`: the scopes of the report's places before it. `added`: ids of results that are new with it. */
  constructor(
    private readonly stores: ResultStores,
    private readonly report: ReportToApply,
    private readonly given: {
      known: ReadonlyMap<string, CheckScope>;
      added: ReadonlySet<string>;
      /** Ids of the report's results. */
      seen: ReadonlySet<string>;
      /** How many known results it continues. */
      continued: number;
      /** Of a report without an end mark. */
      lostEnds?: LostEnds;
    },
  ) {}

  /** Decides about missing results of a place in one region. */
  async goneIn(where: Region): Promise<NonNullable<GoneFrom['isGone']>> {
    const { coverage, survey } = this.report;
    const place = await this.#placeOf(where);
    const isNarrow = !isWide(this.#widthIn(where, place));
    const shows = survey.showsAt(where);
    const isStated = survey.statesAll(where);
    const lostEnd = this.given.lostEnds?.get(placeKey(where));
    const packages = isStated ? undefined : survey.packagesAt(where);
    return (result, isNamed) => {
      if (survey.hidden.some((part) => isHidden(part, result, result))) return false;
      if (coverage === 'partial') return false;
      const { subObject = '', observed } = result;
      if (packages && isReplaced(packages, { subObject, observed })) return true;
      const isShown = shows?.(asKnown(result)) ?? true;
      if (isStated) return isShown;
      if (place.isTrusted) return true;
      if (lostEnd?.ids.has(result.id)) {
        const isOpen = result.standing === 'fail' && !result.exempt;
        if (isOpen) this.#cut ??= lostEnd.isShuffled ? CUT_AND_SHUFFLED : CUT;
        return false;
      }
      const filterable = asFilterable(result);
      // A filter drops either all indistinguishable rows or none of them.
      const isTwin = isNamed && result.twins !== undefined;
      const by = isTwin ? [] : place.spoken.explains(filterable, place.mayLackFails);
      if (isShown && by.length === 0 && !isNarrow) return true;
      const isOpen = result.standing === 'fail' && !result.exempt;
      (isOpen ? place.look : place.others).add(filterable, by);
      return false;
    };
  }

  /** Whether results of a scope that the report lacks need to be read: some may be gone, or say what it looks like. */
  async isWorthReading(scope: CheckScope): Promise<boolean> {
    const place = await this.#placeOf(scope);
    if (place.isTrusted) return true;
    if (this.report.coverage === 'partial') return false;
    this.#read += 1;
    if (this.#read <= MAX_READ_FOR_LOOK || this.report.survey.packagesAt(scope)) return true;
    return isWide(this.#widthIn(scope, place)) && place.spoken.mayHave(scope);
  }

  /** What the report looks like, after everything was judged; null when nothing is missing by its width. */
  describe(findings: number): string | null {
    if (findings === 0) return null;
    const unseen = findings === 1 ? '1 finding was not seen' : `${findings} findings were not seen`;
    const advice = `${unseen}; if it is whole, import it with \`--complete\``;
    const cut = this.#cut;
    const described = this.#looks.filter((look) => look.hasAny);
    if (described.length === 0) return cut && `${cut}; ${advice}`;
    const look = firstOf(described) ?? (this.#narrow.length > 0 ? firstOf(this.#others) : null);
    if (look) {
      const filtered = `looks filtered by ${look.by}: ${look.lack}`;
      return [cut, filtered, advice].filter((part) => part !== null).join('; ');
    }
    const narrow = this.#narrow;
    // What is missing is what the report states that it does not show.
    if (narrow.length === 0) return cut && `${cut}; ${advice}`;
    const sum = (of: keyof Width) => narrow.reduce((total, width) => total + width[of], 0);
    return `looks narrower than before: ${sum('spoken')} of ${sum('known')} ${described[0]?.groups} are left; ${advice}`;
  }

  get #narrow(): Width[] {
    return [...this.#widths.values()].filter((width) => !isWide(width));
  }

  #widthIn(where: Region, { spoken, groups }: KnownPlace): Width {
    const key = `${placeKey(where)}\0${where.region}`;
    const width =
      this.#widths.get(key) ??
      widthOf(groups.get(where.region) ?? new Set(), spoken.groups(where.region));
    this.#widths.set(key, width);
    return width;
  }

  #placeOf(place: Place): Promise<KnownPlace> {
    const key = placeKey(place);
    const known = this.#places.get(key) ?? this.#readPlace(place);
    this.#places.set(key, known);
    return known;
  }

  async #readPlace(place: Place): Promise<KnownPlace> {
    const { survey, coverage, isAlwaysWhole } = this.report;
    const spoken = survey.spokenAt(place);
    if (!spoken) throw new Error('a place that the report does not speak of cannot be judged');
    const look = new LookOf(spoken);
    const others = new LookOf(spoken);
    this.#looks.push(look);
    this.#others.push(others);
    const isTrusted = coverage === 'complete' || (coverage === null && isAlwaysWhole(place));
    const groups = spoken.silence.groupOf ? new Map() : this.#groupsOfScopes(place);
    const failing = await this.#readResults(place, spoken, groups);
    const mayLackFails = spoken.hasNoFails && failing > 1;
    return { spoken, look, others, groups, isTrusted, mayLackFails };
  }

  /** Reads a place's results, where these are needed; returns how many resources the missing fails are of. */
  async #readResults(
    place: Place,
    spoken: SpokenOf,
    groups: KnownPlace['groups'],
  ): Promise<number> {
    const { silence, hasNoFails } = spoken;
    const mayBeRests = this.#unseen >= MIN_LARGE - 1;
    if (!silence.groupOf && !hasNoFails && !mayBeRests) return 0;
    const missing = new ClassCounts(silence);
    const failing = new Set<string>();
    for await (const page of this.stores.results.presentAt(this.report.team, place)) {
      for (const result of page) {
        const filterable = asFilterable(result);
        if (silence.groupOf && !this.given.added.has(result.id))
          addTo(groups, result.region, groupIn(silence, filterable));
        if (this.given.seen.has(result.id)) continue;
        if (mayBeRests) missing.add(filterable);
        if (result.verdict === 'fail' && failing.size < 2) failing.add(result.resourceUid);
      }
    }
    if (mayBeRests) spoken.leaveOutRests(missing);
    return failing.size;
  }

  /** How many known results the report lacks. */
  get #unseen(): number {
    let known = 0;
    for (const { tallies } of this.given.known.values())
      for (const { count } of tallies) known += count;
    return known - this.given.continued;
  }

  #groupsOfScopes(place: Place): KnownPlace['groups'] {
    const groups: KnownPlace['groups'] = new Map();
    for (const scope of this.given.known.values()) {
      if (placeKey(scope) !== placeKey(place) || scope.tallies.length === 0) continue;
      addTo(groups, scope.region, scope.checkId);
    }
    return groups;
  }
}

function firstOf(looks: readonly LookOf[]): ReturnType<LookOf['describe']> {
  return looks.map((look) => look.describe()).find((look) => look !== null) ?? null;
}

const asKnown = ({ checkId, subObject = '', severity }: CheckResult) => ({
  checkId,
  subObject,
  severity,
});

function addTo(groups: KnownPlace['groups'], region: string, group: string): void {
  const known = groups.get(region);
  if (known) known.add(group);
  else groups.set(region, new Set([group]));
}

/** Whether the report states an error that may hide results of this scope. */
export function hasGap(
  { survey }: Pick<ReportToApply, 'survey'>,
  scope: Pick<CheckResult, 'tool' | 'provider' | 'accountId' | 'region' | 'checkId'>,
): boolean {
  return survey.hidden.some((part) => isHidden(part, scope));
}
