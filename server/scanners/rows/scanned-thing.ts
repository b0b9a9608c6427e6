import type { ReportPlace, ReportRow } from './report.js';
import { whole, wholePart } from './row-texts.js';

type Changes = Pick<
  ReportRow,
  'accountId' | 'formerAccountId' | 'accountAliases' | 'isNameGuessed'
>;
type Named = Pick<ReportPlace, 'provider'> & Changes;

/** Folders where tools are started and containers mount their target: they may hold any project. */
const ANY_FOLDER =
  /^(?:(?:\.{1,2}|\/|[A-Z]:)\/?|\/(?:app|apps|builds?|code|data|host|iac|mnt|path|project|repo|rootfs|scan|sources?|src|target|tf|tmp|usr\/src(?:\/app)?|work|workdir|working|workspace|zap\/wrk|github\/workspace)\/?)$/i;
/** Default names of tools and installers. */
const ANY_CLUSTER =
  /^(?:in-?cluster|default|local|cluster|kubernetes|kubernetes-admin@kubernetes|docker-desktop|minikube|kind(?:-kind)?|k3s-default|k3d-k3s-default|microk8s|rancher-desktop|cluster\.local)$/i;
const LOOPBACK =
  /^(?:[a-z]+:\/\/)?(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[?::1\]?|host\.docker\.internal)(?::\d+)?$/i;
/** A category of results, such as GitHub's workflow and language, which each repository has. */
const CATEGORY = /^\.github\/workflows\/|(?:^|\/)language:/;

/**
 * Whether the name of an account identifies what was scanned; otherwise other targets may have the same name.
 * `isPart`: it distinguishes parts of one target, so it stays beside a better name.
 */
export function specificityOf({ provider, accountId }: Named): {
  isSpecific: boolean;
  isPart: boolean;
} {
  if (accountId === '' || ANY_FOLDER.test(accountId)) return { isSpecific: false, isPart: false };
  if (provider === 'kubernetes') return { isSpecific: !ANY_CLUSTER.test(accountId), isPart: false };
  const isPart = LOOPBACK.test(accountId) || (provider === 'code' && CATEGORY.test(accountId));
  return { isSpecific: !isPart, isPart };
}

/** Words in file names that say nothing about the target. */
const USUAL_WORDS = new Set(
  ' report reports result results output out scan scans scanner finding findings export import security sec audit sast dast sca iac test tests tmp temp file data json sarif xml csv ocsf asff html vulnerabilities vulns vuln issues alerts log logs latest new old current before after first second prowler trivy zap nmap nuclei checkov grype semgrep oss codeql gitleaks snyk bandit tfsec kics eslint kubernetes cluster image fs repo code gl'.split(
    ' ',
  ),
);

/** A path, for which the importing person may give a better name. */
const isPath = ({ accountId }: Named) => !/^[a-z][\w+.-]+:\/\//i.test(accountId);
const PROJECTS = new Set(['code', 'filesystem', 'repository', 'sbom', 'file', 'iac']);

/** Providers whose accounts may be folders. */
const FOLDERS = new Set(['code', 'filesystem', 'repository', 'iac']);
const MAX_PARTS = 3;

/**
 * `shop` of `/builds/17/shop`: a folder has the same name wherever it lies. Where its name may be that of any
 * project, the folder that it is in is part of it; null for other names than absolute paths.
 */
export function folderName(path: string): string | null {
  if (!/^(?:\/|[A-Z]:[\\/])/i.test(path) || ANY_FOLDER.test(path)) return null;
  const parts = path.split(/[\\/]+/).filter((part) => part !== '');
  let from = parts.length - 1;
  const isAny = (part = '') => ANY_FOLDER.test(`/${part}`) || /^[\d._-]+$/.test(part);
  while (from > 0 && parts.length - from < MAX_PARTS && isAny(parts[from])) from -= 1;
  const name = parts.slice(from).join('/');
  return name === '' || isAny(parts[from]) ? null : name;
}

/** Names the target of a report that does not identify it: by the name given at import, else by the file's name. */
export class TargetNames {
  readonly #own: string;
  readonly #guesses = new Map<string, string>();
  readonly #folders = new Map<string, string>();
  readonly #names = new Map<string, Changes | null>();
  #isUsed = false;

  constructor(
    private readonly target: string | null,
    fileName: string,
    /** The importing person states that the report is complete. */
    private readonly isComplete = false,
  ) {
    this.#own = ownName(fileName);
  }

  rows(rows: readonly ReportRow[]): ReportRow[] {
    return rows.map((row) => {
      const named = this.#named(row);
      if (named === row) return row;
      const { resource, accountId } = row;
      if (resource.uid !== accountId || accountId === '') return named;
      const { uidHash: _, ...rest } = resource;
      const name = resource.name === accountId ? named.accountId : resource.name;
      return { ...named, resource: { ...rest, uid: named.accountId, name } };
    });
  }

  places(places: readonly ReportPlace[]): ReportPlace[] {
    return places.map((place) => this.#named(place));
  }

  /** Reports of other targets may have this file name too, so missing results prove nothing. */
  get isVague(): boolean {
    const words = this.#own.toLowerCase().split(/[^a-z]+/);
    return !this.isComplete && words.every((word) => USUAL_WORDS.has(word));
  }

  /** Accounts named after the file: name in the report → stored name. */
  get guesses(): ReadonlyMap<string, string> {
    return this.#guesses;
  }

  /** Folders that are named by their own names: path → name. */
  get folders(): ReadonlyMap<string, string> {
    return this.#folders;
  }

  /** True if the name given at import was not needed. */
  get isTargetUnused(): boolean {
    return this.target !== null && !this.#isUsed;
  }

  #named<T extends Named>(given: T): T {
    const key = `${given.provider}\0${given.accountId}`;
    const known = this.#names.get(key);
    const changes = known === undefined ? this.#changesOf(given) : known;
    this.#names.set(key, changes);
    return changes ? { ...given, ...changes } : given;
  }

  #changesOf(given: Named): Changes | null {
    const { provider, accountId } = given;
    const { isSpecific, isPart } = specificityOf(given);
    const isChosen =
      this.target !== null && (!isSpecific || (PROJECTS.has(provider) && isPath(given)));
    if (isSpecific && !isChosen) return FOLDERS.has(provider) ? this.#ofFolder(accountId) : null;
    if (isChosen) this.#isUsed = true;
    const name = (isChosen && this.target) || this.#own;
    const named = whole(isPart ? `${name} (${accountId})` : name);
    if (isChosen) return { accountId: named, formerAccountId: undefined };
    this.#guesses.set(accountId, named);
    const guess = { accountId: named, formerAccountId: accountId };
    return this.isVague ? { ...guess, isNameGuessed: true } : guess;
  }

  #ofFolder(path: string): Changes | null {
    const name = folderName(path);
    if (name === null) return null;
    this.#folders.set(path, name);
    return { accountId: wholePart(name), accountAliases: [path] };
  }
}

/** `shop-trivy` of `reports/shop-trivy-2026-02-01.json.gz`: without the parts that change from run to run. */
export function ownName(fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? '';
  const bare = base.replace(
    /(?:\.(?:gz|json|jsonl|ndjson|sarif|xml|csv|ocsf|asff|txt|report))+$/i,
    '',
  );
  const steady = bare
    .replace(/\d{4}[-_.]?\d\d[-_.]?\d\d(?:[T_-]?\d\d[-_:.]?\d\d(?:[-_:.]?\d\d)?Z?)?/g, '')
    // Numbers of runs and parts.
    .replace(/(^|[-_. ])\d+(?=$|[-_. ])/g, '$1')
    .replace(/[-_. ]{2,}/g, '-')
    .replace(/^[-_. ]+|(?<![-_. ])[-_. ]+$/g, '');
  return steady || bare || 'report';
}
