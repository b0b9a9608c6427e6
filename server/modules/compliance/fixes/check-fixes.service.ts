import type { CheckFix } from '../../../../contract/compliance.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { inputsByControl } from '../engine/control-inputs.rules.js';
import type { EngineRunsRepository } from '../engine/engine-runs.repository.js';
import { readInputs } from '../engine/evaluation-inputs.js';
import { OncePerRun } from '../engine/once-per-run.js';
import type { TeamResults } from '../engine/team-results.js';
import type { PostureService } from '../posture/posture.service.js';
import type { ResultsInScope } from '../posture/results-in-scope.js';
import type { TeamScoping } from '../scoping/scoping.rules.js';
import { fixesOf } from './check-fixes.rules.js';
import { type FixForecast, forecastsOf } from './fix-forecast.rules.js';

export interface CheckFixesDeps {
  posture: Pick<PostureService, 'snapshot' | 'find'>;
  inScope: Pick<ResultsInScope, 'passing'>;
  results: TeamResults;
  runs: EngineRunsRepository;
}

interface Forecasts extends Pick<TeamScoping, 'scopeOf'> {
  forecasts: FixForecast[];
}

/** Failing checks by what fixing them moves. */
export class CheckFixesService {
  readonly #forecasts: OncePerRun<Forecasts>;

  constructor(private readonly deps: CheckFixesDeps) {
    this.#forecasts = new OncePerRun(deps.runs, (team, lastRun) =>
      this.#forecast(team, lastRun?.startedAt ?? ''),
    );
  }

  async list(team: TeamScope, { framework, limit }: { framework?: string; limit: number }) {
    const { posture, inScope } = this.deps;
    const [snapshot, passing, { value }] = await Promise.all([
      posture.snapshot(team),
      inScope.passing(team),
      this.#forecasts.of(team),
    ]);
    const frameworks =
      framework === undefined
        ? [...snapshot.catalogue.frameworks.values()]
        : [await posture.find(team, framework)];
    const { forecasts, scopeOf } = value;
    const items = fixesOf(forecasts, { frameworks, posture: snapshot, passing, scopeOf });
    return { items: items.slice(0, limit), total: items.length } satisfies {
      items: CheckFix[];
      total: number;
    };
  }

  async #forecast(team: TeamScope, now: string): Promise<Forecasts> {
    const { results } = this.deps;
    const { catalogue, scoping, matched, tallied } = await results.read(team);
    const controlIds = [...catalogue.controls.keys()];
    const { settings, scopes, scopeOf } = scoping;
    const decided = await results.decided(team, controlIds);
    const read = { catalogue, controlIds, matched, tallied, scoping, now };
    const evaluation = await readInputs({ talliesOf: async () => [] }, team, read);
    const byControl = inputsByControl(matched, tallied, {
      checks: catalogue.checks,
      now,
      settings,
    });
    const known = new Map([...byControl].filter(([id]) => catalogue.controls.has(id)));
    const given = { byControl: known, evaluation, scopes, decided, now, settings };
    return { forecasts: forecastsOf(given), scopeOf };
  }
}
