import { type Framework, isCounted, type Requirement } from '../../catalogue/index.js';
import {
  type CheckTally,
  decides,
  passesCount,
  sumsOf,
  type TallyMatch,
} from '../engine/evidence.rules.js';
import { type EngineScope, WHOLE } from '../scoping/scoping.rules.js';
import { percent } from './percent.rules.js';

/** Weights of conclusive results. */
export interface PassingSums {
  pass: number;
  fail: number;
}

/** Tally → whether its passes count. */
export type ConclusiveResults = ReadonlyMap<CheckTally, boolean>;

type Scopes = { scopes: readonly EngineScope[]; scopeOf: (frameworkId: string) => string };

/**
 * The severity-weighted share of passing among the conclusive results for controls: the figure that moves with
 * each fix. Only results count, so that no decision raises it: muted, suppressed and accepted fails are fails,
 * old results stay, and the passes that prove nothing are left out. A check counts once, however many of the
 * controls it maps to.
 */
export class PassingResults {
  readonly #byControl = new Map<string, TallyMatch[]>();
  readonly #ofFrameworks = new WeakMap<Framework, PassingSums>();
  readonly #includes: ReadonlyMap<string, EngineScope['includes']>;

  constructor(
    inputs: ReadonlyMap<string, readonly TallyMatch[]>,
    private readonly scoping: Scopes,
  ) {
    for (const [controlId, given] of inputs) {
      this.#byControl.set(controlId, given.filter(isConclusive));
    }
    this.#includes = new Map(scoping.scopes.map(({ id, includes }) => [id, includes]));
  }

  ofControl(controlId: string, scopeId = WHOLE): number | null {
    return shareOf(passingSums(this.#conclusive([controlId], scopeId)));
  }

  ofRequirement({ id }: Pick<Framework, 'id'>, { controls }: Pick<Requirement, 'controls'>) {
    const ids = controls.map(({ controlId }) => controlId);
    return shareOf(passingSums(this.#conclusive(ids, this.scoping.scopeOf(id))));
  }

  ofFramework(framework: Framework): number | null {
    return shareOf(this.sumsOf(framework));
  }

  sumsOf(framework: Framework): PassingSums {
    const known = this.#ofFrameworks.get(framework);
    if (known) return known;
    const scopeId = this.scoping.scopeOf(framework.id);
    const sums = passingSums(this.#conclusive(countedControls(framework), scopeId));
    this.#ofFrameworks.set(framework, sums);
    return sums;
  }

  isInScope(frameworkId: string, { accountId }: Pick<CheckTally, 'accountId'>): boolean {
    return this.#includes.get(this.scoping.scopeOf(frameworkId))?.(accountId) ?? true;
  }

  /** The results for these controls in a scope, each once. */
  #conclusive(controlIds: Iterable<string>, scopeId: string): ConclusiveResults {
    const found = new Map<CheckTally, boolean>();
    const includes = scopeId === WHOLE ? undefined : this.#includes.get(scopeId);
    for (const id of controlIds) {
      for (const each of this.#byControl.get(id) ?? []) {
        const { tally } = each;
        if (found.get(tally) || (includes && !includes(tally.accountId))) continue;
        found.set(tally, passesCount(each));
      }
    }
    return found;
  }
}

/** Frameworks do not change: an edited one is another object. */
const counted = new WeakMap<object, ReadonlySet<string>>();

export function countedControls(framework: Pick<Framework, 'requirements'>): ReadonlySet<string> {
  const known = counted.get(framework);
  if (known) return known;
  const ids = new Set<string>();
  for (const requirement of framework.requirements) {
    if (!isCounted(requirement)) continue;
    for (const { controlId } of requirement.controls) ids.add(controlId);
  }
  counted.set(framework, ids);
  return ids;
}

/** Results of text or domain matches say too little about a control. */
export function isConclusive(given: TallyMatch): boolean {
  return decides(given) && given.match.tier <= 2;
}

function passingSums(results: ConclusiveResults): PassingSums {
  const sums = { pass: 0, fail: 0 };
  for (const [tally, isCounted] of results) {
    const { passWeight, failWeight } = sumsOf(tally);
    if (isCounted) sums.pass += passWeight;
    sums.fail += failWeight;
  }
  return sums;
}

/** In percent; null without conclusive results. */
export function shareOf({ pass, fail }: PassingSums): number | null {
  return pass + fail === 0 ? null : percent(pass / (pass + fail));
}
