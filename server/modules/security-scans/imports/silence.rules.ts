import type { HiddenPart } from '../../../scanners/rows/report.js';
import { type FilterableResult, fileIn } from '../../../scanners/rows/report-filters.js';
import type { Silence } from '../../../scanners/tools/tool.js';
import type { CheckResult } from '../check-results/check-result.js';

/** A report that lacks more of the known groups than this is narrower than before. */
export const MIN_WIDTH = 0.95;
/** Classes that are counted for each filter, to find the one that a report looks filtered by. */
const MAX_CLASSES = 10_000;

/** A class that was at least as large and of which hardly anything is left is not gone, but filtered. */
export const MIN_LARGE = 20;
const MAX_LEFT = 0.05;

/** What a report speaks of in one place: one tool in one account. */
export class SpokenOf {
  /** For each filter, how many results of each class. */
  readonly #counts: Map<string, number>[];
  /** Those of which more than a rest is left. */
  #classes: Set<string>[] | null = null;
  readonly #groups = new Map<string, Set<string>>();
  /** Labels that all labelled resources of the report share; null: there is no labelled one. */
  #shared: Set<string> | null = null;
  #last: readonly string[] = [];

  constructor(readonly silence: Silence) {
    this.#counts = silence.filters.map(() => new Map<string, number>());
  }

  add(result: FilterableResult): void {
    this.silence.filters.forEach((filter, at) => {
      const name = filter.classOf(result);
      const counts = this.#counts[at];
      if (name !== null) counts?.set(name, (counts.get(name) ?? 0) + 1);
    });
    this.#addGroup(result.region, groupIn(this.silence, result));
    if (this.silence.byTag && result.labels.length > 0) this.#share(result.labels);
  }

  /** Files that a report names without results. */
  addFiles(files: readonly string[]): void {
    for (const file of files) {
      this.#addGroup('', file);
      this.silence.filters.forEach(({ by }, at) => {
        // However many results it had before.
        if (by === 'directory') this.#counts[at]?.set(file, Number.POSITIVE_INFINITY);
      });
    }
  }

  /** Takes classes of which only a rest is left for left out; `missing`: how many results of each are missing. */
  leaveOutRests(missing: ClassCounts): void {
    this.#classes = this.#counts.map((counts, at) => {
      const isRest = (name: string, left: number) => {
        const known = left + missing.of(at, name);
        return known >= MIN_LARGE && left <= known * MAX_LEFT;
      };
      return new Set([...counts].flatMap(([name, left]) => (isRest(name, left) ? [] : [name])));
    });
  }

  classes(at: number): ReadonlySet<string> {
    this.#classes ??= this.#counts.map((counts) => new Set(counts.keys()));
    return this.#classes[at] ?? new Set();
  }

  /** How many results are left of a class that counts as left out. */
  restOf(at: number, name: string): number {
    return this.classes(at).has(name) ? 0 : (this.#counts[at]?.get(name) ?? 0);
  }

  get shared(): ReadonlySet<string> {
    return this.#shared ?? new Set();
  }

  groups(region: string): ReadonlySet<string> {
    return this.#groups.get(region) ?? new Set();
  }

  /** True where results are left, but no failing ones. */
  get hasNoFails(): boolean {
    const at = this.silence.filters.findIndex(({ of }) => of === 'verdicts');
    return at >= 0 && this.classes(at).size > 0 && !this.classes(at).has('fail');
  }

  /**
   * The filters that would leave out this result together with others of which the report has none.
   * `mayLackFails`: its failing rows may be left out, not only gone.
   */
  explains(result: FilterableResult, mayLackFails = true): number[] {
    const by: number[] = [];
    this.silence.filters.forEach((filter, at) => {
      if (filter.of === 'verdicts' && result.verdict === 'fail' && !mayLackFails) return;
      const name = filter.classOf(result);
      if (name !== null && !this.classes(at).has(name)) by.push(at);
    });
    if (this.silence.byTag && this.#lacksSharedLabel(result)) by.push(TAG);
    return by;
  }

  /** Whether results of a check may be gone: false where a filter by checks explains all that is missing. */
  mayHave({ checkId }: Pick<FilterableResult, 'checkId'>): boolean {
    const at = this.silence.filters.findIndex(({ of }) => of === 'checks');
    return at < 0 || this.classes(at).has(checkId);
  }

  #lacksSharedLabel({ labels }: FilterableResult): boolean {
    return this.shared.size > 0 && !labels.some((label) => this.shared.has(label));
  }

  #addGroup(region: string, group: string): void {
    const known = this.#groups.get(region);
    if (known) known.add(group);
    else this.#groups.set(region, new Set([group]));
  }

  #share(labels: readonly string[]): void {
    if (labels === this.#last) return;
    this.#last = labels;
    if (this.#shared === null) this.#shared = new Set(labels);
    else for (const label of this.#shared) if (!labels.includes(label)) this.#shared.delete(label);
  }
}

/** Counts results by the classes of each filter. */
export class ClassCounts {
  readonly #counts: Map<string, number>[];

  constructor(private readonly silence: Silence) {
    this.#counts = silence.filters.map(() => new Map<string, number>());
  }

  add(result: FilterableResult): void {
    this.silence.filters.forEach((filter, at) => {
      const name = filter.classOf(result);
      const counts = this.#counts[at];
      if (name !== null) counts?.set(name, (counts.get(name) ?? 0) + 1);
    });
  }

  of(at: number, name: string): number {
    return this.#counts[at]?.get(name) ?? 0;
  }
}

export function groupIn({ groupOf }: Silence, result: FilterableResult): string {
  return groupOf ? groupOf(result) : result.checkId;
}

/** Stands for the filter by tag among the numbers of filters. */
const TAG = -1;

/** The known groups of a place in one region, and how many of them a report still speaks of. */
export interface Width {
  known: number;
  spoken: number;
}

export function widthOf(known: ReadonlySet<string>, spoken: ReadonlySet<string>): Width {
  return { known: known.size, spoken: [...known].filter((group) => spoken.has(group)).length };
}

export function isWide({ known, spoken }: Width): boolean {
  return spoken >= known * MIN_WIDTH;
}

/** Counts missing results by the filters that explain them, and says what their report looks like. */
export class LookOf {
  /** By the numbers of the filters that explain a result. */
  readonly #counts = new Map<string, number>();
  readonly #classes = new Map<number, Set<string>>();

  constructor(private readonly spoken: SpokenOf) {}

  add(result: FilterableResult, by: readonly number[]): void {
    const key = by.join(' ');
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    for (const at of by) {
      const name = this.spoken.silence.filters[at]?.classOf(result) ?? '';
      const classes = this.#classes.get(at) ?? new Set();
      this.#classes.set(at, classes);
      if (classes.size < MAX_CLASSES) classes.add(name);
    }
  }

  get hasAny(): boolean {
    return this.#counts.size > 0;
  }

  /** What is left of, for people. */
  get groups(): string {
    return this.spoken.silence.groups;
  }

  /** `severity: nothing below high is left`, the fewest filters that explain most; null for none. */
  describe(): { by: string; lack: string } | null {
    const left = [...this.#counts].map(([key, count]) => ({
      by: key === '' ? [] : key.split(' ').map(Number),
      count,
    }));
    const found: { by: string; lack: string }[] = [];
    let waiting = left.filter(({ by }) => by.length > 0);
    while (waiting.length > 0) {
      const best = [...this.#classes.keys()]
        .map((at) => ({ at, count: countOf(waiting, at), ...this.#oddityOf(at) }))
        .sort(
          (a, b) =>
            b.count - a.count ||
            a.isOdd - b.isOdd ||
            a.classes - b.classes ||
            order(a.at) - order(b.at),
        )[0];
      if (!best || best.count === 0) break;
      found.push(this.#nameOf(best.at));
      waiting = waiting.filter(({ by }) => !by.includes(best.at));
    }
    if (found.length === 0) return null;
    return {
      by: found.map(({ by }) => by).join(' and '),
      lack: found.map(({ lack }) => lack).join(', '),
    };
  }

  #oddityOf(at: number): { isOdd: number; classes: number } {
    const classes = [...(this.#classes.get(at) ?? [])];
    const filter = this.spoken.silence.filters[at];
    const isOdd = filter?.isOdd?.(classes, this.spoken.classes(at)) ?? false;
    return { isOdd: Number(isOdd), classes: classes.length };
  }

  #nameOf(at: number): { by: string; lack: string } {
    const filter = this.spoken.silence.filters[at];
    const classes = [...(this.#classes.get(at) ?? [])].sort();
    if (filter) {
      const rest = classes.reduce((sum, name) => sum + this.spoken.restOf(at, name), 0);
      const except = rest === 0 ? '' : ` except ${rest} ${rest === 1 ? 'result' : 'results'}`;
      return { by: filter.by, lack: filter.lack(classes, this.spoken.classes(at)) + except };
    }
    const [label = ''] = [...this.spoken.shared].sort();
    return { by: 'tag', lack: `every resource with tags has ${label}` };
  }
}

const order = (at: number) => (at === TAG ? Number.POSITIVE_INFINITY : at);

function countOf(counts: readonly { by: number[]; count: number }[], at: number): number {
  return counts.reduce((sum, { by, count }) => sum + (by.includes(at) ? count : 0), 0);
}

/** What filters see of a stored result. */
export function asFilterable(result: CheckResult): FilterableResult {
  const { subObject = '', labels = [] } = result;
  return { ...result, subObject, labels };
}

/** Whether a part of which the report states an error includes this result, or any result of its scope. */
export function isHidden(
  part: HiddenPart,
  of: Pick<CheckResult, 'tool' | 'provider' | 'accountId' | 'region' | 'checkId'>,
  result?: Pick<CheckResult, 'resourceUid' | 'subObject'>,
): boolean {
  const fields = ['tool', 'provider', 'accountId', 'region', 'checkId'] as const;
  const isOfService = part.service === undefined || part.service === of.checkId.split('_', 1)[0];
  const isScope =
    isOfService && fields.every((field) => part[field] === undefined || part[field] === of[field]);
  if (!isScope || part.name === undefined || !result) return isScope;
  const { resourceUid, subObject = '' } = result;
  return [resourceUid, fileIn({ subObject })].includes(part.name);
}
