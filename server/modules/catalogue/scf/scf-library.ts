import type { TeamScope } from '../../../platform/database/collection.js';
import type { Catalogue, Control, Framework } from '../common-controls/catalogue.js';
import type { ScfRepository, StoredScfRelease } from './scf.repository.js';
import { scfAttribution } from './scf-attribution.js';
import type { ScfControl } from './scf-model.js';
import { controlIdOf, isOurs } from './scf-ours.rules.js';
import type { ScfTeamFrameworksRepository } from './scf-team-frameworks.repository.js';

export interface ScfLibraryDeps {
  scf: ScfRepository;
  chosen: ScfTeamFrameworksRepository;
  shipped: Catalogue;
}

interface Built {
  framework: Framework;
  /** Ids of the SCF controls that our library lacks. */
  foreign: readonly string[];
}

/** Built frameworks that are cached, shared by all teams. */
const MAX_BUILT = 40;
export const SCF_PREFIX = 'scf:';

/**
 * The SCF as a source of a team's catalogue: the frameworks that the team chose, with the controls that they
 * name and our library lacks. Its edges are `intersects` only, so every requirement needs a person's
 * attestation as well. Nothing else is built or cached.
 */
export class ScfLibrary {
  readonly origin = 'imported' as const;
  readonly #built = new Map<string, Promise<Built | null>>();

  constructor(private readonly deps: ScfLibraryDeps) {}

  /** Changes whenever the result of `load` would; empty for a team without a choice. */
  async version(team: TeamScope): Promise<string> {
    const [releaseId, slugs] = await Promise.all([
      this.deps.scf.currentId(),
      this.deps.chosen.slugs(team),
    ]);
    return releaseId === null || slugs.length === 0 ? '' : [releaseId, ...slugs].join(' ');
  }

  async load(team: TeamScope): Promise<{ controls: Control[]; frameworks: Framework[] }> {
    const { scf, chosen } = this.deps;
    const [releaseId, slugs] = await Promise.all([scf.currentId(), chosen.slugs(team)]);
    const release = releaseId === null ? null : await scf.get(releaseId);
    if (!release) return { controls: [], frameworks: [] };
    const built: Built[] = [];
    for (const slug of slugs) {
      const one = await this.#framework(release, slug);
      if (one) built.push(one);
    }
    const foreign = [...new Set(built.flatMap((one) => one.foreign))].sort();
    const { text } = scfAttribution(release);
    const controls = (await scf.controlsByIds(release.id, foreign)).map((control) =>
      controlOf(control, controlIdOf(this.deps.shipped, control.id), text),
    );
    return { controls, frameworks: built.map(({ framework }) => framework) };
  }

  #framework(release: StoredScfRelease, slug: string): Promise<Built | null> {
    const key = `${release.id}/${slug}`;
    const known = this.#built.get(key);
    if (known) return known;
    const building = this.#build(release, slug);
    for (const oldest of this.#built.keys()) {
      if (this.#built.size < MAX_BUILT) break;
      this.#built.delete(oldest);
    }
    this.#built.set(key, building);
    building.catch(() => this.#built.delete(key));
    return building;
  }

  async #build(release: StoredScfRelease, slug: string): Promise<Built | null> {
    const { scf, shipped } = this.deps;
    const facts = await scf.framework(release.id, slug);
    if (!facts) return null;
    const requirements = await scf.requirements(release.id, slug);
    const named = new Set(requirements.flatMap(({ controls }) => controls));
    const { text } = scfAttribution(release);
    const zeros = facts.zerosLost ? ' Ids ending in a zero were lost in the workbook.' : '';
    const framework: Framework = {
      id: `${SCF_PREFIX}${slug}`,
      name: facts.name,
      version: facts.version ?? `SCF ${release.release}`,
      publisher: facts.publisher ?? 'SCF Council',
      about: `Requirement ids as the SCF maps them to its controls.${zeros} ${text}`,
      sections: [{ id: 'SCF', title: 'Requirements' }],
      requirements: requirements.map(({ id, controls }) => ({
        id,
        section: 'SCF',
        title: id,
        attestation: true,
        controls: controls.map((controlId) => ({
          controlId: controlIdOf(shipped, controlId),
          relation: 'intersects',
          method: 'import',
        })),
      })),
      attribution: text,
    };
    return { framework, foreign: [...named].filter((id) => !isOurs(shipped, id)) };
  }
}

/** An SCF control as a control of the catalogue: its text unchanged, without keywords that a scan could match. */
function controlOf(control: ScfControl, id: string, attribution: string): Control {
  const { domain, title, description, weight, pptdf, cadence } = control;
  return {
    id,
    domain,
    title,
    intent: description,
    weight: weight ?? 5,
    kind: kindOf(pptdf),
    cadence: cadenceOf(cadence),
    keywords: [],
    negative: [],
    attribution,
  };
}

function kindOf(pptdf: string | null): Control['kind'] {
  const text = pptdf?.toLowerCase() ?? '';
  const kinds = ['technology', 'data', 'people', 'facility'] as const;
  return kinds.find((kind) => text.includes(kind)) ?? 'process';
}

function cadenceOf(cadence: string | null): Control['cadence'] {
  const text = cadence?.toLowerCase() ?? '';
  if (text.includes('semi')) return 'semi_annual';
  if (text.includes('quarter')) return 'quarterly';
  return text.includes('continuous') ? 'continuous' : 'annual';
}
