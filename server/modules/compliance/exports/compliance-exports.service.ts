import type { z } from 'zod';
import type {
  exportMappingCollection,
  exportOcsf,
} from '../../../../contract/compliance-exports.js';
import { version } from '../../../package-root.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { FileAnswer } from '../../../platform/http/file-answer.js';
import type { Catalogue, Framework, TeamCatalogues } from '../../catalogue/index.js';
import type { CheckMatchesRepository, ControlMatch } from '../../mapping/index.js';
import { checkKey } from '../../mapping/index.js';
import {
  type CheckResult,
  type EvidenceService,
  type KnownCheck,
  provesPasses,
} from '../../security-scans/index.js';
import { withholding } from '../engine/withheld.rules.js';
import { complianceFinding, statusFor } from './ocsf-compliance.rules.js';
import { mappingCollection } from './oscal-mapping.rules.js';

export interface ComplianceExportsDeps {
  evidence: EvidenceService;
  matches: CheckMatchesRepository;
  catalogues: TeamCatalogues;
}

type OcsfQuery = z.output<NonNullable<typeof exportOcsf.query>>;
type MappingQuery = z.output<NonNullable<typeof exportMappingCollection.query>>;

/** Exports of posture and library in standard formats. The same data gives the same bytes. */
export class ComplianceExportsService {
  constructor(private readonly deps: ComplianceExportsDeps) {}

  /** Checks, scopes and matches are kept in memory, results are streamed: memory does not grow with their number. */
  async ocsf(team: TeamScope, query: OcsfQuery): Promise<FileAnswer> {
    const { evidence, matches, catalogues } = this.deps;
    const catalogue = await catalogues.of(team);
    const { framework, controlId, status } = query;
    if (framework) requireFramework(catalogue, framework);
    if (controlId && !catalogue.controls.has(controlId)) {
      throw new NotFoundError(`no such control: ${controlId}`, { controlId });
    }
    const isWanted = ({ controlId: id }: ControlMatch) =>
      (!controlId || id === controlId) &&
      (!framework || catalogue.requirementsOf(id).some((edge) => edge.framework.id === framework));
    const matched = new Map<string, ControlMatch[]>();
    for (const item of await matches.list(team)) {
      const wanted = item.matches.filter(isWanted);
      if (wanted.length > 0) matched.set(checkKey(item), wanted);
    }
    const known = await evidence.of(team);
    const checks = new Map(known.checks.map((check) => [keyOf(check.provider, check), check]));
    const completeScopes = new Set(known.scopes.filter(provesPasses).map(scopeOf));
    const withheldFor = withholding(known.scopes, [...matched.values()].flat(), catalogue.checks);
    const events = this.#events(team, {
      withheldFor,
      matched,
      checks,
      completeScopes,
      catalogue,
      framework,
      status,
    });
    return {
      fileName: 'compliance-findings.ocsf.jsonl',
      contentType: 'application/x-ndjson; charset=utf-8',
      content: events,
    };
  }

  async mappingCollection(team: TeamScope, { framework }: MappingQuery): Promise<FileAnswer> {
    const catalogue = await this.deps.catalogues.of(team);
    const frameworks = framework
      ? [requireFramework(catalogue, framework)]
      : [...catalogue.frameworks.values()];
    const document = mappingCollection(catalogue, frameworks);
    if (document['mapping-collection'].mappings.length === 0) {
      throw new NotFoundError('no requirement here has a control', { framework });
    }
    const text = `${JSON.stringify(document, null, 2)}\n`;
    return {
      fileName: `mapping-collection${framework ? `-${framework}` : ''}.oscal.json`,
      contentType: 'application/json; charset=utf-8',
      content: once(text),
    };
  }

  async *#events(team: TeamScope, wanted: EventContext): AsyncGenerator<string> {
    const { matched, checks, completeScopes, withheldFor, catalogue, framework, status } = wanted;
    for await (const results of this.deps.evidence.results(team)) {
      let text = '';
      for (const result of results) {
        // A person marked it as a false positive, so it counts neither way.
        if (result.standing === 'excluded') continue;
        const complete = completeScopes.has(scopeOf(result));
        for (const match of matched.get(checkKey(result)) ?? []) {
          const withheld = withheldFor(result, match.reason);
          const resultStatus = statusFor(result.standing, match.reason, complete, withheld);
          if (status && !status.includes(resultStatus)) continue;
          const check = checks.get(keyOf(result.provider, describedBy(result)));
          const context = { catalogue, framework, productVersion: version };
          const facts = { result, check, match, complete, withheld, ...context };
          text += `${JSON.stringify(complianceFinding(facts))}\n`;
        }
      }
      if (text !== '') yield text;
    }
  }
}

type ScopeParts = Pick<CheckResult, 'tool' | 'checkId' | 'provider' | 'accountId' | 'region'>;

interface EventContext {
  matched: ReadonlyMap<string, ControlMatch[]>;
  checks: ReadonlyMap<string, KnownCheck>;
  /** Scopes covered by a complete report. */
  completeScopes: ReadonlySet<string>;
  withheldFor: ReturnType<typeof withholding>;
  catalogue: Catalogue;
  framework?: string;
  status?: readonly string[];
}

/** The same key that the engine uses for coverage. */
const scopeOf = ({ tool, checkId, provider, accountId, region }: ScopeParts) =>
  JSON.stringify([tool, checkId, provider, accountId, region]);

const describedBy = ({ tool, checkId }: CheckResult) => ({ tool, check: { id: checkId } });

const keyOf = (provider: string, { tool, check }: { tool: string; check: { id: string } }) =>
  JSON.stringify([provider, tool, check.id]);

function requireFramework(catalogue: Catalogue, id: string): Framework {
  const framework = catalogue.frameworks.get(id);
  if (!framework) throw new NotFoundError(`no such framework: ${id}`, { frameworkId: id });
  return framework;
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
