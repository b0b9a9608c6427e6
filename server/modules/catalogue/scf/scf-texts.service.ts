import type { ScfAttribution, ScfControlText } from '../../../../contract/scf.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { Catalogue } from '../common-controls/catalogue.js';
import type { ScfRepository, StoredScfRelease } from './scf.repository.js';
import { scfAttribution } from './scf-attribution.js';
import { SCF_PREFIX } from './scf-library.js';
import type { ScfControl } from './scf-model.js';
import { isOurs } from './scf-ours.rules.js';

export interface ScfTextsDeps {
  scf: ScfRepository;
  shipped: Catalogue;
}

/** The controls of the SCF release in use, in its own words. */
export class ScfTextsService {
  constructor(private readonly deps: ScfTextsDeps) {}

  async controls(filter: { domain?: string; q?: string }, limit: number, cursor?: string) {
    const release = await this.deps.scf.inUse();
    if (!release) return { items: [], nextCursor: null, attribution: null };
    const page = await this.deps.scf.controlPage(release.id, filter, limit, cursor);
    const items = page.items.map(({ control: { id, domain, title, weight } }) => {
      return { id, domain, title, weight, isOurs: isOurs(this.deps.shipped, id) };
    });
    return { items, nextCursor: page.nextCursor, attribution: scfAttribution(release) };
  }

  /** By its number in the SCF. */
  async control(controlId: string): Promise<ScfControlText & { attribution: ScfAttribution }> {
    const release = await this.deps.scf.inUse();
    const control = release && (await this.deps.scf.control(release.id, controlId));
    if (!release || !control) throw new NotFoundError('the SCF in use has no such control');
    return { ...(await this.#text(release, control)), attribution: scfAttribution(release) };
  }

  /** The SCF text of a control of the catalogue; none when the number means something else in the SCF. */
  async beside(
    controlId: string,
  ): Promise<{ text: ScfControlText | null; attribution: ScfAttribution | null }> {
    const { scf, shipped } = this.deps;
    const none = { text: null, attribution: null };
    const release = await this.deps.scf.inUse();
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
      // A request that is missing from the list is still requested.
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
}

function named(ids: readonly string[], entries: readonly { id: string; title: string }[]) {
  const titles = new Map(entries.map(({ id, title }) => [id, title]));
  return ids.map((id) => ({ id, title: titles.get(id) ?? '' }));
}
