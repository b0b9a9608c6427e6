import { Catalogue } from '../../catalogue/index.js';
import { ControlMatcher } from './control-matcher.js';
import type { CuratedMapping } from './curated-mapping.js';

/** Teams with controls of their own whose indexes are held at a time. */
const MOST = 20;

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
 * The matcher by which a team's checks find its controls: the shared one, unless the team has controls of its
 * own, which text may then lead to. Frameworks make no difference.
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

  /** `library`: everything that the team could use, see `TeamCatalogues.all`. */
  for(library: Catalogue): ControlMatcher {
    // The texts of others are not searched: a scan never speaks for their controls.
    const controls = [...library.controls.values()].filter(({ attribution }) => !attribution);
    if (controls.length === this.shipped.controls.size) return this.#shared;
    const known = this.#own.get(library.version);
    if (known) return known;
    // Stated requirements lead through what is shipped only: a team's own edges were not written for that.
    const searched = new Catalogue({
      controls,
      domains: [...library.domains.values()],
      frameworks: [...this.shipped.frameworks.values()],
      version: library.version,
    });
    const matcher = new ControlMatcher(searched, this.mapping);
    for (const oldest of this.#own.keys()) {
      if (this.#own.size < MOST) break;
      this.#own.delete(oldest);
    }
    this.#own.set(library.version, matcher);
    return matcher;
  }
}
