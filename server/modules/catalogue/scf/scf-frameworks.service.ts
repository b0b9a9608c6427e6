import type { ScfAttribution, ScfFrameworkSummary } from '../../../../contract/scf.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Events } from '../../../platform/events/events.js';
import { libraryChanged, libraryChanging } from '../catalogue.events.js';
import type { ScfRepository } from './scf.repository.js';
import { scfAttribution } from './scf-attribution.js';
import { SCF_PREFIX } from './scf-library.js';
import type { ScfFrameworkFacts } from './scf-model.js';
import type { ScfTeamFrameworksRepository } from './scf-team-frameworks.repository.js';

/** The choice of frameworks, which the library of the team keeps. */
export interface ScfFrameworkChoices {
  /** Activates or deactivates a framework that is in the team's library. */
  choose(actor: Actor, frameworkId: string, active: boolean): Promise<unknown>;
  isActive(team: TeamScope): Promise<(frameworkId: string) => boolean>;
}

export interface ScfFrameworksDeps {
  scf: ScfRepository;
  chosen: ScfTeamFrameworksRepository;
  choices: ScfFrameworkChoices;
  events: Events;
  audit: Audit;
}

/** How many frameworks of the SCF a team can have active at a time. */
export const MAX_CHOSEN = 50;

/** The frameworks that the SCF release in use maps, and which of them a team uses. */
export class ScfFrameworksService {
  constructor(private readonly deps: ScfFrameworksDeps) {}

  async list(actor: Actor, q: string | undefined, limit: number, cursor?: string) {
    const { scf, chosen } = this.deps;
    const release = await scf.inUse();
    if (!release) return { items: [], nextCursor: null, attribution: null };
    const slugs = new Set(await chosen.slugs(actor));
    const isActive = await this.deps.choices.isActive(actor);
    const page = await scf.frameworkPage(release.id, q, limit, cursor);
    return {
      items: page.items.map(({ slug, framework }) =>
        summaryOf(framework, slugs.has(slug) && isActive(`${SCF_PREFIX}${slug}`)),
      ),
      nextCursor: page.nextCursor,
      attribution: scfAttribution(release),
    };
  }

  /** `frameworkId`: `scf:` and the stable name. */
  async choose(
    actor: Actor,
    frameworkId: string,
    active: boolean,
  ): Promise<ScfFrameworkSummary & { attribution: ScfAttribution }> {
    const { scf, chosen, audit, choices, events } = this.deps;
    const release = await scf.inUse();
    const slug = frameworkId.startsWith(SCF_PREFIX) ? frameworkId.slice(SCF_PREFIX.length) : '';
    const framework = release && (await scf.framework(release.id, slug));
    if (!release || !framework) throw new NotFoundError('the SCF in use has no such framework');
    const slugs = await chosen.slugs(actor);
    if (active && !slugs.includes(slug) && slugs.length >= MAX_CHOSEN) {
      throw new ConflictError(
        `a team can have ${MAX_CHOSEN} active frameworks of the SCF; deactivate one first`,
      );
    }
    const wasActive = slugs.includes(slug) && (await choices.isActive(actor))(frameworkId);
    if (wasActive !== active) {
      await events.emit(libraryChanging, { teamId: actor.teamId });
      if (active) await chosen.choose(actor, slug, true);
      if (active || slugs.includes(slug)) await choices.choose(actor, frameworkId, active);
      if (!active) await chosen.choose(actor, slug, false);
      const action = active ? 'scf.framework_activated' : 'scf.framework_deactivated';
      await audit.record(actor, action, frameworkId, { release: release.release });
      await events.emit(libraryChanged, { teamId: actor.teamId });
    }
    return { ...summaryOf(framework, active), attribution: scfAttribution(release) };
  }
}

function summaryOf(framework: ScfFrameworkFacts, active: boolean): ScfFrameworkSummary {
  const { slug, fdi, name, publisher, version, geography, requirements, zerosLost } = framework;
  const facts = { fdi, name, publisher, version, geography, requirements, zerosLost };
  return { id: `${SCF_PREFIX}${slug}`, ...facts, active };
}
