import type { z } from 'zod';
import {
  type ChangeCause,
  CONTROL_STATUSES,
  type ControlStateChange,
  type ControlStatus,
  type getPostureAt,
  type ScorePoint,
} from '../../../../contract/compliance.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import { bandOf } from '../posture/posture.rules.js';
import type { ScoreHistoryRepository, ScoreInterval } from './score-history.repository.js';
import type { StateHistoryRepository } from './state-history.repository.js';

export interface HistoryDeps {
  catalogues: TeamCatalogues;
  stateHistory: StateHistoryRepository;
  scores: ScoreHistoryRepository;
  clock: Clock;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 90;
const MAX_CHANGES = 1_000;

/** A control's state at a moment; its title and domain come from the current library. */
export type PastControl = Pick<
  ControlStateChange,
  'status' | 'assurance' | 'openFindings' | 'contradicted' | 'reason'
> & {
  id: string;
  title: string;
  domain: string;
  /** Since when it had this state; null without a state. */
  since: string | null;
  attribution?: string | undefined;
};

interface SeriesQuery {
  /** Default: every active one. */
  framework?: string;
  /** ISO 8601, any offset. */
  from?: string;
  to?: string;
  points?: number;
}

/** Past posture, as it was evaluated then. */
export class HistoryService {
  constructor(private readonly deps: HistoryDeps) {}

  /** Scores and numbers of controls by status at a past moment. */
  async postureAt(team: TeamScope, moment?: string): Promise<z.input<typeof getPostureAt.result>> {
    const { stateHistory, scores, catalogues } = this.deps;
    const at = this.#past('query.at', moment ?? this.deps.clock.now().toISOString());
    const [points, states, catalogue, { frameworks: named }] = await Promise.all([
      scores.at(team, at),
      stateHistory.at(team, at),
      catalogues.of(team),
      catalogues.all(team),
    ]);
    const controls = Object.fromEntries(CONTROL_STATUSES.map((status) => [status, 0])) as Record<
      ControlStatus,
      number
    >;
    for (const { status } of states.values()) controls[status] += 1;
    const withoutState = [...catalogue.controls.keys()].filter((id) => !states.has(id)).length;
    controls.not_assessed += withoutState;
    const frameworks = points.filter(({ active }) => active);
    return {
      at,
      controls,
      frameworks: frameworks.map((point) => {
        const { at: since, ...rest } = pointOf(point);
        const { name = point.frameworkId, version = '' } = named.get(point.frameworkId) ?? {};
        const band = bandOf(point.score, (point.coverage ?? 0) > 0);
        return { ...rest, name, version, band, since };
      }),
    };
  }

  /** Every control at a past moment, as it was evaluated then over all accounts. */
  async controlsAt(
    team: TeamScope,
    moment: string,
    { domain, status }: { domain?: string | undefined; status?: ControlStatus | undefined } = {},
  ): Promise<{ at: string; controls: PastControl[] }> {
    const at = this.#past('at', moment);
    const [states, catalogue] = await Promise.all([
      this.deps.stateHistory.at(team, at),
      this.deps.catalogues.of(team),
    ]);
    const controls = [...catalogue.controls.values()].map((control): PastControl => {
      const { id, title, attribution } = control;
      const known = states.get(id);
      return {
        ...{ id, title, domain: control.domain, attribution },
        status: known?.status ?? 'not_assessed',
        assurance: known?.assurance ?? 'none',
        openFindings: known?.openFindings ?? 0,
        contradicted: known?.contradicted ?? false,
        reason: known?.reason ?? 'No state was recorded by then.',
        since: known?.at ?? null,
      };
    });
    const isWanted = (one: PastControl) =>
      (!domain || one.domain === domain) && (!status || one.status === status);
    return { at, controls: controls.filter(isWanted) };
  }

  /** A framework's score and share of passing results, oldest first. */
  async series(
    team: TeamScope,
    { framework, from, to, points }: SeriesQuery,
  ): Promise<ScorePoint[]> {
    const { scores, clock } = this.deps;
    const end = to ? new Date(to) : clock.now();
    const start = from ? new Date(from) : new Date(end.getTime() - DEFAULT_DAYS * DAY_MS);
    if (start >= end) {
      const message = 'must be before `to`';
      throw new InvalidInputError(`query.from: ${message}`, {
        errors: [{ path: 'query.from', message }],
      });
    }
    const known = framework
      ? [framework]
      : [...(await this.deps.catalogues.of(team)).frameworks.keys()];
    const items: ScorePoint[] = [];
    for (const id of known) {
      const between = scores.between(team, id, start.toISOString(), end.toISOString());
      items.push(
        ...(points ? await samplePoints(between, start, end, points) : await recentPoints(between)),
      );
    }
    return items;
  }

  async ofControl(team: TeamScope, controlId: string, limit: number, cursor?: string) {
    const { stateHistory, catalogues } = this.deps;
    if (!(await catalogues.of(team)).controls.has(controlId)) {
      throw new NotFoundError(`no such control: ${controlId}`, { controlId });
    }
    return stateHistory.ofControl(team, controlId, limit, cursor);
  }

  /** Control → the cause of its current state. */
  async causes(
    team: TeamScope,
    controlIds: readonly string[],
  ): Promise<ReadonlyMap<string, ChangeCause>> {
    const newest = await this.deps.stateHistory.newest(team, controlIds);
    return new Map(newest.map(({ controlId, cause }) => [controlId, cause]));
  }

  definitionChanges(team: TeamScope, limit: number, cursor?: string) {
    return this.deps.scores.definitionChanges(team, limit, cursor);
  }

  #past(path: string, moment: string): string {
    const at = new Date(moment);
    if (at > this.deps.clock.now()) {
      const message = 'must not be in the future';
      throw new InvalidInputError(`${path}: ${message}`, { errors: [{ path, message }] });
    }
    return at.toISOString();
  }
}

function pointOf(point: ScoreInterval): ScorePoint {
  const { frameworkId, at, score, coverage, ceiling, requirements, ruleVersion } = point;
  // Not recorded by earlier releases.
  const { passing = null } = point;
  return { frameworkId, at, score, coverage, ceiling, passing, requirements, ruleVersion };
}

/** Every change, limited to the newest. */
async function recentPoints(known: AsyncIterable<ScoreInterval>): Promise<ScorePoint[]> {
  const found: ScoreInterval[] = [];
  for await (const point of known) {
    found.push(point);
    if (found.length > MAX_CHANGES) found.shift();
  }
  return found.filter(({ active }) => active).map(pointOf);
}

/** Values at evenly spaced moments, without those before the first record. */
async function samplePoints(
  known: AsyncIterable<ScoreInterval>,
  start: Date,
  end: Date,
  points: number,
): Promise<ScorePoint[]> {
  const step = (end.getTime() - start.getTime()) / (points - 1);
  const moments = Array.from({ length: points }, (_, at) =>
    new Date(start.getTime() + Math.round(step * at)).toISOString(),
  );
  const values: (ScoreInterval | undefined)[] = [];
  let current: ScoreInterval | undefined;
  for await (const point of known) {
    while (values.length < points && (moments[values.length] ?? '') < point.at) {
      values.push(current);
    }
    current = point;
  }
  while (values.length < points) values.push(current);
  return values.flatMap((point, index) =>
    point?.active ? [{ ...pointOf(point), at: moments[index] ?? point.at }] : [],
  );
}
