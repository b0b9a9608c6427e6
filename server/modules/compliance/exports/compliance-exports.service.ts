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
import type { CheckResult, EvidenceService, KnownCheck } from '../../security-scans/index.js';
import type { EngineRunsRepository } from '../engine/engine-runs.repository.js';
import type { Validity } from '../engine/evidence.rules.js';
import type { PostureService } from '../posture/posture.service.js';
import { readScoping } from '../scoping/read-scoping.js';
import type { ScopingRepository } from '../scoping/scoping.repository.js';
import { evidenceQuality, type QualityOf } from './evidence-quality.rules.js';
import { complianceFinding, type EventFigures, statusFor } from './ocsf-compliance.rules.js';
import { mappingCollection } from './oscal-mapping.rules.js';

export interface ComplianceExportsDeps {
  evidence: EvidenceService;
  matches: CheckMatchesRepository;
  catalogues: TeamCatalogues;
  posture: PostureService;
  runs: EngineRunsRepository;
  scoping: ScopingRepository;
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
    const at = await this.#validity(team);
    const wantedMatches = [...matched.values()].flat();
    const events = this.#events(team, {
      qualityOf: evidenceQuality(known.scopes, wantedMatches, catalogue.checks, at),
      figuresOf: await this.#figures(team, framework),
      matched,
      checks,
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

  /** As of the engine's last run, so that the events change only when states can. */
  async #validity(team: TeamScope): Promise<Validity> {
    const { runs, scoping } = this.deps;
    const [run, { settings }] = await Promise.all([runs.get(team), readScoping(scoping, team, [])]);
    return { now: run?.lastRun?.startedAt ?? '', settings };
  }

  /** Figures in the scope of the framework, or in all accounts. */
  async #figures(team: TeamScope, frameworkId = ''): Promise<EventContext['figuresOf']> {
    const { posture } = this.deps;
    const [states, passingOf, summaries] = await Promise.all([
      posture.statesOf(team, frameworkId),
      posture.passingIn(team, frameworkId),
      posture.frameworks(team),
    ]);
    const frameworks = new Map(
      summaries.map(({ id, score, passing = null, expired }) => [
        id,
        { id, score, passing, expired_points: expired?.points ?? 0 },
      ]),
    );
    return (controlId) => {
      const { expired } = states.get(controlId)?.explanation ?? {};
      const control = {
        passing: passingOf(controlId),
        expired_passes: expired?.passes ?? 0,
        implemented_until: expired?.implementedUntil ?? null,
      };
      return { control, frameworks };
    };
  }

  async *#events(team: TeamScope, wanted: EventContext): AsyncGenerator<string> {
    const { matched, checks, qualityOf, figuresOf, catalogue, framework, status } = wanted;
    for await (const results of this.deps.evidence.results(team)) {
      let text = '';
      for (const result of results) {
        // A person marked it as a false positive, so it counts neither way.
        if (result.standing === 'excluded') continue;
        for (const match of matched.get(checkKey(result)) ?? []) {
          const quality = qualityOf(result, match.reason);
          const resultStatus = statusFor(result.standing, match.reason, quality);
          if (status && !status.includes(resultStatus)) continue;
          const check = checks.get(keyOf(result.provider, describedBy(result)));
          const context = { catalogue, framework, productVersion: version };
          const figures = figuresOf(match.controlId);
          const facts = { result, check, match, quality, figures, ...context };
          text += `${JSON.stringify(complianceFinding(facts))}\n`;
        }
      }
      if (text !== '') yield text;
    }
  }
}

interface EventContext {
  matched: ReadonlyMap<string, ControlMatch[]>;
  checks: ReadonlyMap<string, KnownCheck>;
  qualityOf: QualityOf;
  figuresOf: (controlId: string) => EventFigures;
  catalogue: Catalogue;
  framework?: string;
  status?: readonly string[];
}

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
