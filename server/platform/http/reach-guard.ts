import type { AuditReach } from '../../../contract/audit-reach.js';
import type { AnyEndpoint } from '../../../contract/endpoint.js';
import { REACH_TABLE, type Reach, type ReachRule } from '../../../contract/within-reach.js';
import type { Actor } from '../auth/actor.js';
import type { TeamScope } from '../database/collection.js';
import { ForbiddenError, NotFoundError } from '../errors.js';

/** What a request by an auditor with a reach passes before and after its handler. */
export interface Admission {
  /** Throws NotFoundError for what is outside; names the framework in a query that names none. */
  admit(params: unknown, query: unknown): Promise<void>;
  /** The answer without what is outside. */
  narrow(result: unknown): unknown;
}

type Handler = (call: object) => unknown;
const nameOf = ({ method, path }: AnyEndpoint) => `${method} ${path}`;
const RULES = new Map(REACH_TABLE.map((rule) => [nameOf(rule.endpoint), rule]));

/** Keeps auditors to their framework and period, by the one table of endpoints that they may call. */
export class ReachGuard {
  readonly #handlers = new Map<string, Handler>();

  constructor(
    private readonly controlsOf: (
      team: TeamScope,
      frameworkId: string,
    ) => Promise<ReadonlySet<string>>,
  ) {}

  /** Lets `about` of the table ask this endpoint. */
  know(endpoint: AnyEndpoint, handler: Handler): void {
    this.#handlers.set(nameOf(endpoint), handler);
  }

  /** Throws ForbiddenError for an endpoint without an entry; null for what concerns the own account. */
  async enter(endpoint: AnyEndpoint, actor: Actor, own: AuditReach): Promise<Admission | null> {
    if (endpoint.access === 'public' || endpoint.access === 'signed-in') return null;
    const rule = RULES.get(nameOf(endpoint));
    if (!rule) throw new ForbiddenError('your audit is limited to one framework: this is outside');
    if (rule.anyTime && (own.from ?? own.to) !== null) {
      throw new ForbiddenError(
        'your audit is limited to a period: this shows evidence of any time',
      );
    }
    const reach = { ...own, controlIds: await this.controlsOf(actor, own.frameworkId) };
    return {
      admit: async (params, query) => {
        requireFramework(rule, reach, params as Named, query as Named);
        if (rule.about) await this.#requireWithin(rule.about, actor, reach, params);
      },
      narrow: (result) => narrowed(rule, endpoint.result.parse(result), reach),
    };
  }

  async #requireWithin(about: AnyEndpoint, actor: Actor, reach: Reach, params: unknown) {
    const handler = this.#handlers.get(nameOf(about));
    const rule = RULES.get(nameOf(about));
    if (!handler || !rule) throw new TypeError(`${nameOf(about)} has no rule or no handler`);
    const result = await handler({ actor, params, query: {}, body: undefined, upload: null });
    narrowed(rule, about.result.parse(result), reach);
  }
}

type Named = Record<string, unknown>;

function requireFramework(rule: ReachRule, { frameworkId }: Reach, params: Named, query: Named) {
  if (rule.inPath && params.frameworkId !== frameworkId) throw outside();
  if (!rule.inQuery) return;
  if ((query.framework ?? frameworkId) !== frameworkId) throw outside();
  query.framework = frameworkId;
}

function narrowed({ narrow }: ReachRule, result: unknown, reach: Reach): unknown {
  if (!narrow) return result;
  const within = narrow(result, reach);
  if (within === null) throw outside();
  return within;
}

const outside = () => new NotFoundError('there is no such thing within your audit');

/** What does not exist and what is outside get the same answer. */
export function asOutside(error: unknown): never {
  throw error instanceof NotFoundError ? outside() : error;
}
