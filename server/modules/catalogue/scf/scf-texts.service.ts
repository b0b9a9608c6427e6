import type {
  ScfAttribution,
  ScfControlText,
  ScfFrameworkSummary,
} from '../../../../contract/scf.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Catalogue } from '../common-controls/catalogue.js';
import type { ScfFrameworkFacts, ScfRepository, StoredScfRelease } from './scf.repository.js';
import { scfAttribution } from './scf-attribution.js';
import { SCF_PREFIX } from './scf-library.js';
import type { ScfControl } from './scf-model.js';
import { isOurs } from './scf-ours.rules.js';
import type { ScfTeamFrameworksRepository } from './scf-team-frameworks.repository.js';

export interface ScfTextsDeps {
  scf: ScfRepository;
  chosen: ScfTeamFrameworksRepository;
  shipped: Catalogue;
  audit: Audit;
  /** Makes a framework that is in the team's library one that it measures itself by, or no longer. */
  choose: (actor: Actor, frameworkId: string, active: boolean) => Promise<unknown>;
  isActive: (team: TeamScope) => Promise<(frameworkId: string) => boolean>;
  /** Told after a team's library changed. */
  changed: (team: TeamScope) => Promise<void>;
}

/** How many frameworks of the SCF a team can measure itself by at a time. */
export const MOST_CHOSEN = 50;

/** The SCF release in use, read: its controls in its own words, and the frameworks that it maps. */
export class ScfTextsService {
  constructor(private readonly deps: ScfTextsDeps) {}

  async frameworks(actor: Actor, q: string | undefined, limit: number, cursor?: string) {
    const { scf, chosen } = this.deps;
    const release = await this.#inUse();
    if (!release) return { items: [], nextCursor: null, attribution: null };
    const slugs = new Set(await chosen.slugs(actor));
    const isActive = await this.deps.isActive(actor);
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
    const { scf, chosen, audit, choose, isActive, changed } = this.deps;
    const release = await this.#inUse();
    const slug = frameworkId.startsWith(SCF_PREFIX) ? frameworkId.slice(SCF_PREFIX.length) : '';
    const framework = release && (await scf.framework(release.id, slug));
    if (!release || !framework) throw new NotFoundError('the SCF in use has no such framework');
    const slugs = await chosen.slugs(actor);
    if (active && !slugs.includes(slug) && slugs.length >= MOST_CHOSEN) {
      throw new ConflictError(
        `a team can measure itself by ${MOST_CHOSEN} frameworks of the SCF; give one up first`,
      );
    }
    const wasActive = slugs.includes(slug) && (await isActive(actor))(frameworkId);
    if (wasActive !== active) {
      if (active) await chosen.choose(actor, slug, true);
      if (active || slugs.includes(slug)) await choose(actor, frameworkId, active);
      if (!active) await chosen.choose(actor, slug, false);
      const action = active ? 'scf.framework_activated' : 'scf.framework_deactivated';
      await audit.record(actor, action, frameworkId, { release: release.release });
      await changed(actor);
    }
    return { ...summaryOf(framework, active), attribution: scfAttribution(release) };
  }

  async controls(filter: { domain?: string; q?: string }, limit: number, cursor?: string) {
    const release = await this.#inUse();
    if (!release) return { items: [], nextCursor: null, attribution: null };
    const page = await this.deps.scf.controlPage(release.id, filter, limit, cursor);
    const items = page.items.map(({ control: { id, domain, title, weight } }) => {
      return { id, domain, title, weight, isOurs: isOurs(this.deps.shipped, id) };
    });
    return { items, nextCursor: page.nextCursor, attribution: scfAttribution(release) };
  }

  /** By its number in the SCF. */
  async control(controlId: string): Promise<ScfControlText & { attribution: ScfAttribution }> {
    const release = await this.#inUse();
    const control = release && (await this.deps.scf.control(release.id, controlId));
    if (!release || !control) throw new NotFoundError('the SCF in use has no such control');
    return { ...(await this.#text(release, control)), attribution: scfAttribution(release) };
  }

  /** What the SCF says of a control of the catalogue; nothing when the number means something else there. */
  async beside(
    controlId: string,
  ): Promise<{ text: ScfControlText | null; attribution: ScfAttribution | null }> {
    const { scf, shipped } = this.deps;
    const none = { text: null, attribution: null };
    const release = await this.#inUse();
    const isApart = controlId.startsWith(SCF_PREFIX);
    const scfId = isApart ? controlId.slice(SCF_PREFIX.length) : controlId;
    const meansOther = !isApart && shipped.controls.has(scfId) && !isOurs(shipped, scfId);
    if (!release || meansOther) return none;
    const control = await scf.control(release.id, scfId);
    if (!control) return none;
    return { text: await this.#text(release, control), attribution: scfAttribution(release) };
  }

  async #text(release: StoredScfRelease, control: ScfControl): Promise<ScfControlText> {
    const { scf, shipped } = this.deps;
    const [requests, risks, threats, [instead], principles] = await Promise.all([
      scf.entries(release.id, 'evidence_request', control.evidenceRequests),
      scf.entries(release.id, 'risk', control.risks),
      scf.entries(release.id, 'threat', control.threats),
      scf.entries(release.id, 'compensating_control', [control.id]),
      scf.entriesFor(release.id, 'privacy_principle', control.id),
    ]);
    const compensating = instead?.controls.filter((id) => id !== control.id) ?? [];
    const found = new Map(requests.map((request) => [request.id, request]));
    return {
      ...control,
      // A request that the list lacks is still asked for.
      evidenceRequests: control.evidenceRequests.map((id) => {
        const { group = null, title = '', text = '' } = found.get(id) ?? {};
        return { id, group, title, text };
      }),
      risks: named(control.risks, risks),
      threats: named(control.threats, threats),
      compensatingControls: named(compensating, await scf.controlsByIds(release.id, compensating)),
      privacyPrinciples: principles.map(({ id, title, text }) => ({ id, title, text })),
      isOurs: isOurs(shipped, control.id),
    };
  }

  async #inUse(): Promise<StoredScfRelease | null> {
    const id = await this.deps.scf.currentId();
    return id === null ? null : this.deps.scf.get(id);
  }
}

function named(ids: readonly string[], entries: readonly { id: string; title: string }[]) {
  const titles = new Map(entries.map(({ id, title }) => [id, title]));
  return ids.map((id) => ({ id, title: titles.get(id) ?? '' }));
}

function summaryOf(framework: ScfFrameworkFacts, active: boolean): ScfFrameworkSummary {
  const { slug, fdi, name, publisher, version, geography, requirements, zerosLost } = framework;
  const facts = { fdi, name, publisher, version, geography, requirements, zerosLost };
  return { id: `${SCF_PREFIX}${slug}`, ...facts, active };
}
