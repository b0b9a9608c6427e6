import type { AvailableFramework } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { Events } from '../../../platform/events/events.js';
import { frameworksChosen } from '../catalogue.events.js';
import type { Catalogue, Framework } from '../common-controls/catalogue.js';
import type { Origin } from '../common-controls/catalogue-source.js';
import { isCounted } from '../common-controls/counted.rules.js';
import { newerEditionOf } from '../common-controls/newer-edition.rules.js';
import type { TeamCatalogues } from '../common-controls/team-catalogues.js';
import type { FrameworkChoice } from './framework-activation.rules.js';
import { choiceOf, withChoice } from './framework-activation.rules.js';
import type { TeamLibrariesRepository } from './team-libraries.repository.js';

/** The team's active frameworks and its target score in each. */
export class FrameworkActivationService {
  constructor(
    private readonly deps: {
      catalogues: TeamCatalogues;
      libraries: TeamLibrariesRepository;
      events: Events;
      audit: Audit;
    },
  ) {}

  /** Active ones first, each part by name. */
  async available(team: TeamScope): Promise<AvailableFramework[]> {
    const [{ catalogue, originOf }, { choices }] = await Promise.all([
      this.deps.catalogues.library(team),
      this.deps.libraries.get(team),
    ]);
    return [...catalogue.frameworks.values()]
      .map((framework) =>
        availableOf(
          framework,
          catalogue,
          originOf('framework', framework.id),
          choiceOf(choices, framework.id),
        ),
      )
      .sort((a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name, 'en'));
  }

  /** The active frameworks with the team's target score, 0–100. */
  async targets(team: TeamScope): Promise<{ frameworkId: string; targetScore: number }[]> {
    const { libraries, catalogues } = this.deps;
    const [{ choices }, { frameworks }] = await Promise.all([
      libraries.get(team),
      catalogues.all(team),
    ]);
    return [...frameworks.keys()].flatMap((frameworkId) => {
      const { active, targetScore } = choiceOf(choices, frameworkId);
      return active ? [{ frameworkId, targetScore }] : [];
    });
  }

  /** Posture is computed on request, so only its history must be updated. Attestations stay in either case. */
  async choose(
    actor: Actor,
    frameworkId: string,
    { active, targetScore }: { active?: boolean; targetScore?: number },
  ): Promise<AvailableFramework> {
    const { catalogues, libraries, events, audit } = this.deps;
    const { catalogue, originOf } = await catalogues.library(actor);
    const framework = catalogue.frameworks.get(frameworkId);
    if (!framework) throw new NotFoundError('no such framework', { frameworkId });
    let wasActive = false;
    const changed = await libraries.change(actor, (library) => {
      const before = choiceOf(library.choices, frameworkId);
      wasActive = before.active;
      const after = {
        frameworkId,
        active: active ?? before.active,
        targetScore: targetScore ?? before.targetScore,
      };
      return { ...library, choices: withChoice(library.choices, after) };
    });
    const choice = choiceOf(changed.choices, frameworkId);
    const switched = choice.active ? 'framework.activated' : 'framework.deactivated';
    const action = wasActive === choice.active ? 'framework.target_set' : switched;
    if (wasActive !== choice.active) {
      await events.emit(frameworksChosen, { teamId: actor.teamId });
    }
    await audit.record(actor, action, frameworkId, { ...choice });
    return availableOf(framework, catalogue, originOf('framework', frameworkId), choice);
  }
}

function availableOf(
  framework: Framework,
  library: Catalogue,
  origin: Origin,
  { active, targetScore }: FrameworkChoice,
): AvailableFramework {
  const { id, name, version, publisher, about, source, sections, requirements, attribution } =
    framework;
  const supersededBy = newerEditionOf(framework, library);
  const controls = new Set(
    requirements.flatMap((each) => each.controls.map(({ controlId }) => controlId)),
  );
  return {
    ...{ id, name, version, publisher, about, origin, active, targetScore },
    source: source ?? null,
    ...(supersededBy ? { supersededBy } : {}),
    sections: sections.length,
    requirements: requirements.length,
    controls: controls.size,
    attestations: requirements.filter((each) => each.attestation && isCounted(each)).length,
    attribution,
  };
}
