import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { isCounted } from '../server/modules/catalogue/common-controls/counted.rules.js';
import type { Catalogue } from '../server/modules/catalogue/index.js';
import { decides } from '../server/modules/compliance/engine/evidence.rules.js';
import type {
  ControlMatcher,
  MatchableCheck,
} from '../server/modules/mapping/matching/control-matcher.js';
import { packageRoot } from '../server/package-root.js';

/** A way from a check to a requirement, as the page of the requirement shows it. */
interface Chain {
  /** `tool/provider/check`. */
  check: string;
  control: string;
  /** `framework id`. */
  requirement: string;
}

/** Draws by different seeds; `first` and `third` were judged before corrections, the others after them. */
const DRAWS = ['first', 'second', 'third', 'fourth'] as const;

/** A judged chain. The verdicts were given from the texts of the standards, each with its reason. */
const JudgedChain = z.strictObject({
  check: z.string(),
  control: z.string(),
  requirement: z.string(),
  verdict: z.enum(['right', 'arguable', 'wrong']),
  reason: z.string(),
  /** None where it was judged for the present draw only. */
  draws: z.array(z.enum(DRAWS)),
});
type JudgedChain = z.infer<typeof JudgedChain>;

export interface Verdicts {
  right: number;
  arguable: number;
  wrong: number;
  unjudged: number;
}

/** The seed and size of the draw that is judged as a whole. */
const DRAW = { seed: '1', chains: 150 };

/** How often a check is about the requirement to which the product leads from it, by judged chains. */
export function chainQuality(catalogue: Catalogue, matcher: ControlMatcher) {
  const chains = chainsOf(catalogue, matcher);
  const made = new Set(chains.map(keyOf));
  const judged = new Map(readJudgedChains().map((each) => [keyOf(each), each]));
  const compared = DRAWS.map((draw) => {
    const list = [...judged.values()].filter(({ draws }) => draws.includes(draw));
    return {
      draw,
      whenJudged: count(list),
      stillMade: count(list.filter((each) => made.has(keyOf(each)))),
    };
  });
  const present = drawn(chains, DRAW.seed, DRAW.chains).map((each) => judged.get(keyOf(each)));
  return {
    chains: chains.length,
    present: count(present),
    draws: compared,
  };
}

function count(list: readonly (JudgedChain | undefined)[]): Verdicts {
  const verdicts = { right: 0, arguable: 0, wrong: 0, unjudged: 0 };
  for (const each of list) verdicts[each?.verdict ?? 'unjudged'] += 1;
  return verdicts;
}

const MAIN_FRAMEWORKS: ReadonlySet<string> = new Set([
  'nist-800-53-r5',
  'nist-csf-2.0',
  'iso-27001-2022',
  'pci-dss-4.0.1',
  'soc2-tsc-2017',
  'cis-controls-8.1',
  'hipaa-security-rule',
]);

const keyOf = ({ check, control, requirement }: Chain) => `${check} > ${control} > ${requirement}`;

/** Every chain that rules make for a known check; what merely touches a control is shown apart and left out. */
function chainsOf(catalogue: Catalogue, matcher: ControlMatcher): Chain[] {
  const chains = checksOf(catalogue).flatMap(([check, about]) =>
    matcher
      .match(about, { tiers: new Set([1]) })
      .filter(({ reason }) => decides({ match: reason }))
      .flatMap(({ controlId }) =>
        catalogue
          .requirementsOf(controlId)
          .filter(
            ({ framework, requirement }) =>
              MAIN_FRAMEWORKS.has(framework.id) && isCounted(requirement),
          )
          .map(({ framework, requirement }) => ({
            check,
            control: controlId,
            requirement: `${framework.id} ${requirement.id}`,
          })),
      ),
  );
  // Rules of several files may name one category.
  return [...new Map(chains.map((chain) => [keyOf(chain), chain])).values()];
}

/** The chains that come first in an order that the seed decides: a change of the catalogue exchanges only some. */
function drawn(chains: readonly Chain[], seed: string, many: number): Chain[] {
  const place = (chain: Chain) =>
    createHash('sha256')
      .update(`${seed} ${keyOf(chain)}`)
      .digest('hex');
  return chains
    .map((chain) => ({ chain, at: place(chain) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(0, many)
    .map(({ chain }) => chain);
}

function readJudgedChains(): JudgedChain[] {
  return readFileSync(join(packageRoot, 'bench', 'mapping-chains.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JudgedChain.parse(JSON.parse(line)));
}

/** Of tools with a list of checks, the list; of the others, what their rules name. */
function checksOf(catalogue: Catalogue): [string, MatchableCheck][] {
  const lists = readdirSync(join(packageRoot, 'catalogue', 'checks')).sort();
  const listed = lists.flatMap((file): [string, MatchableCheck][] => {
    const [tool = '', provider = ''] = file.replace('.txt', '').split('-');
    return catalogue.checks
      .of(tool, provider)
      .filter(({ isFormer }) => !isFormer)
      .map(({ id, service, resourceType }) => [
        `${tool}/${provider}/${id}`,
        checkOf({ tool, provider, id, service, resourceType }),
      ]);
  });
  return [
    ...listed,
    ...NAMED_BY_RULES.flatMap(({ file, tool, provider }) => named(file, tool, provider)),
  ];
}

const NAMED_BY_RULES = [
  { file: 'any/weaknesses.yaml', tool: 'nuclei', provider: 'web' },
  { file: 'nuclei/templates.yaml', tool: 'nuclei', provider: 'web' },
  { file: 'nmap/exposures.yaml', tool: 'nmap', provider: 'network' },
  { file: 'trivy/findings.yaml', tool: 'trivy', provider: 'image' },
  { file: 'web-check/checks.yaml', tool: 'web-check', provider: 'web' },
  { file: 'zap/alerts.yaml', tool: 'zap', provider: 'web' },
];

const RulesByName = z.object({
  rules: z.array(
    z.object({
      checks: z.array(z.string()).default([]),
      categories: z.array(z.string()).default([]),
    }),
  ),
});

function named(file: string, tool: string, provider: string): [string, MatchableCheck][] {
  const source = readFileSync(join(packageRoot, 'catalogue', 'mappings', file), 'utf8');
  return RulesByName.parse(load(source)).rules.flatMap(({ checks, categories }) => [
    ...checks.map((pattern): [string, MatchableCheck] => {
      const id = pattern.replaceAll('*', '');
      return [`${tool}/${provider}/${pattern}`, checkOf({ tool, provider, id })];
    }),
    ...categories.map((category): [string, MatchableCheck] => [
      `${tool}/${provider}/[${category}]`,
      checkOf({ tool, provider, categories: [category] }),
    ]),
  ]);
}

function checkOf(about: Partial<MatchableCheck>): MatchableCheck {
  return {
    ...{ id: '', tool: '', provider: '', title: '', description: '', risk: '', service: '' },
    ...{ resourceType: '', categories: [], remediation: '', remediationUrl: null },
    statedRequirements: {},
    ...about,
  };
}
