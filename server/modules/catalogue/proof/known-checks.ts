/** A check that a release of its tool has. */
export interface ListedCheck {
  tool: string;
  id: string;
  /** The tool's name of the service; empty when its list does not state it. */
  service: string;
  resourceType: string;
  /** Only earlier releases have it, so new reports never contain it. */
  isFormer: boolean;
}

export interface CheckList {
  /** `prowler-aws`, or the tool alone when its ids do not depend on the provider. */
  name: string;
  text: string;
}

const WHOLE_SCAN = 'whole-scan';

/** Formats of any tool append the format to the tool's name and put the name in front of ids. */
const FORMAT = /-(?:sarif|ocsf)$/;

/**
 * The checks that releases of the tools have, from the lists in `catalogue/checks`. A list is parsed at its first
 * use, so that a start does not wait for it.
 */
export class KnownChecks {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #parsed = new Map<string, ReadonlyMap<string, ListedCheck>>();
  readonly #lists = new Map<string, readonly ListedCheck[]>();

  constructor(lists: readonly CheckList[] = []) {
    this.#texts = new Map(lists.map(({ name, text }) => [name, text]));
  }

  /** Whether the ids of the tool's checks are listed. */
  lists(tool: string, provider: string): boolean {
    return this.#nameOf(tool.replace(FORMAT, ''), provider) !== undefined;
  }

  /** Null when no release has the check. */
  find(tool: string, provider: string, checkId: string): ListedCheck | null {
    const name = tool.replace(FORMAT, '');
    const list = this.#listOf(name, provider);
    const prefix = `${name}:`;
    return (
      list.get(checkId) ??
      (checkId.startsWith(prefix) ? list.get(checkId.slice(prefix.length)) : undefined) ??
      null
    );
  }

  /** Every check of a tool for a provider, in the order of ids. */
  of(tool: string, provider: string): readonly ListedCheck[] {
    const key = `${tool} ${provider}`;
    const known = this.#lists.get(key);
    if (known) return known;
    const list = [...this.#listOf(tool, provider).values()];
    this.#lists.set(key, list);
    return list;
  }

  /** The checks that every scan of a whole account reports, and of how many services; null when none are listed. */
  wholeScan(provider: string): { needed: number; ids: readonly string[] } | null {
    const lines = (this.#texts.get(WHOLE_SCAN) ?? '').split('\n');
    const found = lines.find((line) => line.startsWith(`${provider} `));
    if (found === undefined) return null;
    const [, needed, ...ids] = found.split(' ');
    return { needed: Number(needed), ids };
  }

  #nameOf(tool: string, provider: string): string | undefined {
    return [`${tool}-${provider}`, tool].find((name) => this.#texts.has(name));
  }

  #listOf(tool: string, provider: string): ReadonlyMap<string, ListedCheck> {
    const name = this.#nameOf(tool, provider);
    if (name === undefined) return NONE;
    const known = this.#parsed.get(name);
    if (known) return known;
    const parsed = parse(tool, this.#texts.get(name) ?? '');
    this.#parsed.set(name, parsed);
    return parsed;
  }
}

const NONE: ReadonlyMap<string, ListedCheck> = new Map();

/** Lines of `id service resourceType [former]`, or of ids alone; `-` stands for nothing. */
function parse(tool: string, text: string): ReadonlyMap<string, ListedCheck> {
  const checks = new Map<string, ListedCheck>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [id = '', service = '-', resourceType = '-', former] = line.split(' ');
    checks.set(id, {
      tool,
      id,
      service: stated(service),
      resourceType: stated(resourceType),
      isFormer: former === 'former',
    });
  }
  return checks;
}

const stated = (word: string) => (word === '-' ? '' : word);
