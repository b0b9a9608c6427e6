import type { Relation } from '../../../../contract/compliance.js';
import type { Catalogue, Requirement } from '../../catalogue/index.js';

/** A matched control and its weight, 0–1. */
export interface MatchedControl {
  controlId: string;
  strength: number;
}

/**
 * Tuned on the half of `bench/mapping-findings.jsonl` that is not reported. The optimum is flat; of equal
 * settings the one that finds more was chosen, since removing a match is quicker than finding one.
 */
export const PROJECTION = {
  /** The evidence from which a requirement counts as reached. */
  threshold: 0.55,
  /**
   * The share of a control's evidence that an edge passes on. A test of a part of a control also tests a
   * requirement that contains the whole control (equal, superset); a requirement that is a part itself may be another part.
   */
  edge: { equal: 1, superset: 0.9, subset: 0.85, intersects: 0.3 } satisfies Record<
    Relation,
    number
  >,
  /** The more parts a control has in a framework, the less likely each is meant: to the power of this. */
  perPart: 0.55,
  /** Where one requirement equals the control, the control's parts are less likely to be meant. */
  besideEqual: 0.6,
  /** A requirement that mainly people judge is less likely to be meant. */
  byPeople: 0.7,
};

/** The weight of a match by its relation. */
export const RELATION_STRENGTH: Record<Relation, number> = {
  equal: 1,
  superset: 1,
  subset: 1,
  intersects: 0.58,
};

/** An edge from a control to a requirement, and the share of evidence that it passes on. */
interface Path {
  framework: string;
  requirement: Requirement;
  share: number;
  /** True for every relation but an intersection. */
  covers: boolean;
  /** Mainly people judge the requirement. */
  byPeople: boolean;
}

/**
 * Finds the requirements of matched controls: those that contain a control, or that several controls
 * contribute to. A broad control alone adds nothing that it merely intersects.
 */
export class RequirementProjection {
  readonly #catalogue: Catalogue;
  readonly #paths = new Map<string, readonly Path[]>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** @returns ids by framework, in the framework's order; frameworks without any are left out */
  of(controls: readonly MatchedControl[]): Record<string, string[]> {
    const evidence = new Map<Requirement, number>();
    for (const { controlId, strength } of controls) {
      for (const { requirement, share } of this.#pathsFrom(controlId)) {
        evidence.set(requirement, (evidence.get(requirement) ?? 0) + strength * share);
      }
    }
    const taken = new Set<Requirement>();
    for (const [requirement, sum] of evidence) {
      if (sum >= PROJECTION.threshold) taken.add(requirement);
    }
    // All compared with what evidence alone has reached, so that the controls' order does not matter.
    const closest = controls
      .filter(({ strength }) => strength === 1)
      .flatMap(({ controlId }) => this.#closestTo(controlId, evidence, taken));
    for (const requirement of closest) taken.add(requirement);
    const found: Record<string, string[]> = {};
    for (const { id, requirements } of this.#catalogue.frameworks.values()) {
      const ids = requirements.filter((each) => taken.has(each)).map((each) => each.id);
      if (ids.length > 0) found[id] = ids;
    }
    return found;
  }

  /** In each framework that a tested control has not reached, the nearest requirement that is a part of it. */
  #closestTo(
    controlId: string,
    evidence: ReadonlyMap<Requirement, number>,
    taken: ReadonlySet<Requirement>,
  ): Requirement[] {
    const all = this.#pathsFrom(controlId);
    return [...new Set(all.map(({ framework }) => framework))].flatMap((framework) => {
      const paths = all.filter((path) => path.framework === framework);
      if (paths.some(({ requirement }) => taken.has(requirement))) return [];
      const of = ({ requirement }: Path) => evidence.get(requirement) ?? 0;
      const near = paths.filter(({ covers, byPeople }) => covers && !byPeople);
      const [closest] = near.sort((x, y) => of(y) - of(x));
      return closest ? [closest.requirement] : [];
    });
  }

  #pathsFrom(controlId: string): readonly Path[] {
    const known = this.#paths.get(controlId);
    if (known) return known;
    const edges = this.#catalogue.requirementsOf(controlId);
    const parts = new Map<string, number>();
    const withEqual = new Set<string>();
    const ids = new Set(edges.map((edge) => `${edge.framework.id} ${edge.requirement.id}`));
    for (const { framework, requirement, relation } of edges) {
      // 10.2.1.1 beside 10.2.1 divides the same part, and is not another one.
      const isFiner = ids.has(`${framework.id} ${parentOf(requirement.id)}`);
      if (relation === 'subset' && !isFiner) {
        parts.set(framework.id, (parts.get(framework.id) ?? 0) + 1);
      }
      if (relation === 'equal') withEqual.add(framework.id);
    }
    const ofPart = (frameworkId: string) =>
      (withEqual.has(frameworkId) ? PROJECTION.besideEqual : 1) /
      (parts.get(frameworkId) ?? 1) ** PROJECTION.perPart;
    const paths = edges.map(({ framework, requirement, relation }) => {
      const part = relation === 'subset' ? ofPart(framework.id) : 1;
      const byPeople = requirement.attestation && !requirement.tools;
      const share = PROJECTION.edge[relation] * (byPeople ? PROJECTION.byPeople : 1) * part;
      const covers = relation !== 'intersects';
      return { framework: framework.id, requirement, share, covers, byPeople };
    });
    this.#paths.set(controlId, paths);
    return paths;
  }
}

/** `10.2.1` for `10.2.1.7`; empty for ids without such a part. */
function parentOf(id: string): string {
  return /\.\d+$/.test(id) ? id.slice(0, id.lastIndexOf('.')) : '';
}
