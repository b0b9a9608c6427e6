import type { z } from 'zod';
import {
  type changeDriftEvent,
  DRIFT_TYPES,
  type DriftEvent,
  type DriftFilter,
  type DriftSettings,
  type DriftType,
} from '../../../../contract/drift.js';
import { noneBySeverity, type Severity } from '../../../../contract/severity.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { SnapshotsRepository } from '../snapshots/snapshots.repository.js';
import type { DriftSettingsRepository } from './drift-settings.repository.js';
import type { EpisodesRepository } from './episodes.repository.js';

export interface EpisodesDeps {
  episodes: EpisodesRepository;
  settings: DriftSettingsRepository;
  snapshots: SnapshotsRepository;
  audit: Audit;
  clock: Clock;
}

/** Episodes as people see and annotate them; only detection ends one. */
export class EpisodesService {
  constructor(private readonly deps: EpisodesDeps) {}

  list(actor: Actor, filter: DriftFilter, page: { limit: number; cursor?: string }) {
    return this.deps.episodes.page(actor, filter, page);
  }

  async summary(actor: Actor) {
    const { episodes, snapshots } = this.deps;
    const [counts, last] = await Promise.all([episodes.counts(actor), snapshots.lastLook(actor)]);
    const bySeverity = noneBySeverity();
    const byType = Object.fromEntries(DRIFT_TYPES.map((type) => [type, 0])) as Record<
      DriftType,
      number
    >;
    let open = 0;
    for (const { key, count } of counts) {
      const [severity, type] = key as [Severity, DriftType];
      bySeverity[severity] += count;
      byType[type] += count;
      open += count;
    }
    return { open, bySeverity, byType, comparedAt: last?.comparedAt ?? null };
  }

  async get(actor: Actor, eventId: string): Promise<DriftEvent> {
    const found = await this.deps.episodes.get(actor, eventId);
    if (!found) throw new NotFoundError('no such drift episode', { eventId });
    return found;
  }

  async change(
    actor: Actor,
    eventId: string,
    { acknowledged, assignee, note }: z.output<NonNullable<typeof changeDriftEvent.body>>,
  ): Promise<DriftEvent> {
    const { episodes, audit, clock } = this.deps;
    const by = { actor: actor.name, at: clock.now().toISOString() };
    const changed = await episodes.change(actor, eventId, {
      ...(acknowledged === undefined ? {} : { acknowledged: acknowledged ? by : null }),
      ...(assignee === undefined ? {} : { assignee }),
      ...(note === undefined ? {} : { note }),
    });
    if (!changed) throw new NotFoundError('no such drift episode', { eventId });
    await audit.record(actor, 'drift.event_changed', eventId, {
      ...(acknowledged === undefined ? {} : { acknowledged }),
      ...(assignee === undefined ? {} : { assignee }),
      ...(note === undefined ? {} : { noted: note !== null }),
    });
    return changed;
  }

  settings(actor: Actor): Promise<DriftSettings> {
    return this.deps.settings.get(actor);
  }

  async changeSettings(actor: Actor, changes: Partial<DriftSettings>): Promise<DriftSettings> {
    const { settings, audit } = this.deps;
    const changed = { ...(await settings.get(actor)), ...changes };
    await settings.put(actor, changed);
    await audit.record(actor, 'drift.settings_changed', actor.teamId, {
      fields: Object.keys(changes).join(','),
    });
    return changed;
  }
}
