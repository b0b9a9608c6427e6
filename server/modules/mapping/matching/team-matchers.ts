import { Catalogue } from '../../catalogue/index.js';
import { ControlMatcher } from './control-matcher.js';
import type { CuratedMapping } from './curated-mapping.js';

/** Teams with custom controls whose indexes are cached at a time. */
const MAX_TEAMS = 20;

const ofMapping = new WeakMap<CuratedMapping, { library: Catalogue; matcher: ControlMatcher }>();

/** A matcher is a function of its library and mapping, so all cores of a process use one. */
function matcherOf(library: Catalogue, mapping: CuratedMapping): ControlMatcher {
  const known = ofMapping.get(mapping);
  if (known?.library === library) return known.matcher;
  const matcher = new ControlMatcher(library, mapping);
  ofMapping.set(mapping, { library, matcher });
  return matcher;
}

/**
 * The matcher for a team's checks: the shared one, unless the team has custom controls, which text may then
 * match. Frameworks make no difference.
 */
export class TeamMatchers {
  readonly #shared: ControlMatcher;
  readonly #own = new Map<string, ControlMatcher>();

  constructor(
    private readonly shipped: Catalogue,
    private readonly mapping: CuratedMapping,
  ) {
    this.#shared = matcherOf(shipped, mapping);
  }

  /** Changes when a rule or a topic does. */
  get version(): string {
    return this.#shared.version;
  }

  /** Whether a rule needs this check to pass beside others. */
  isNeeded(checkId: string): boolean {
    return this.mapping.needed.has(checkId);
  }

  /** `library`: everything that the team could use, see `TeamCatalogues.all`. */
  for(library: Catalogue): ControlMatcher {
    // Texts of other publishers are not searched: a scan never counts for their controls.
    const controls = [...library.controls.values()].filter(({ attribution }) => !attribution);
    if (controls.length === this.shipped.controls.size) return this.#shared;
    const known = this.#own.get(library.version);
    if (known) return known;
    // Stated requirements use shipped edges only: a team's edges were not written for that.
    const searched = new Catalogue({
      controls,
      domains: [...library.domains.values()],
      frameworks: [...this.shipped.frameworks.values()],
      version: library.version,
    });
    const matcher = new ControlMatcher(searched, this.mapping);
    for (const oldest of this.#own.keys()) {
      if (this.#own.size < MAX_TEAMS) break;
      this.#own.delete(oldest);
    }
    this.#own.set(library.version, matcher);
    return matcher;
  }
}
