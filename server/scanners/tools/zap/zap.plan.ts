import type { WebTarget } from '../../../../contract/scan-targets.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { RunFile, RunLimits, ToolRun } from '../../runs/tool-run.js';
import { parseWebUrl, type WebUrl, webUrlOf } from '../../targets/index.js';

export interface ZapOptions {
  /** `baseline` is passive, `full` and `api` attack. */
  profile: 'baseline' | 'full' | 'api';
  /** The team has proven ownership of the target; required for profiles that attack. */
  ownershipProven?: boolean;
  /** Minutes for crawling, and for attacking. */
  spiderMinutes?: number;
  attackMinutes?: number;
  /** For `api`: the format and location of the definition. */
  api?: { format: 'openapi' | 'soap' | 'graphql'; url?: string; definition?: string };
  limits?: Partial<RunLimits>;
}

const LIMITS: RunLimits = {
  timeoutMs: 60 * 60_000,
  memoryBytes: 3 * 1024 ** 3,
  cpus: 2,
  pids: 512,
  outputBytes: 4 * 1024 ** 3,
};
/** Minutes for starting ZAP and writing the report. */
const START_AND_REPORT = 5;
const MAX_DEFINITION = 10 * 1024 ** 2;
/** For passive rules on the traffic of the attacks. */
const LAST_LOOK = 2;

/**
 * One start of ZAP with a generated automation plan. ZAP replaces `${NAME}` in a plan by environment
 * variables, so targets with `$`, `{` or `}` are refused, and the environment only has the time zone.
 * The plan is JSON, a subset of YAML, so no text of a target can break out of its place.
 * `-silent`: no telemetry and no updates, so that rules are the same every day.
 *
 * Based on reading, as ZAP was not available for testing: `zap.sh` (takes `-Xmx` itself, passes on the rest); ZAP's
 * command line (`-cmd`, `-dir`, `-autorun`) and its exit codes 0, 1 and 2 for a plan without and with
 * errors, and with warnings; the pages of the jobs used below, with their parameters; the sources of
 * the automation, spider, openapi and reports add-ons (zap-extensions).
 */
export function planZap(target: WebTarget, options: ZapOptions): ToolRun {
  const url = webUrlOf(target);
  const attacks = options.profile !== 'baseline';
  if (attacks && options.ownershipProven !== true) {
    throw new InvalidInputError('an active scan attacks the target: prove first that you own it');
  }
  const limits = { ...LIMITS, ...options.limits };
  const files: RunFile[] = [];
  const plan = automationPlan(url, options, limits, files);
  const content = JSON.stringify(plan, null, 1);
  files.push({ name: 'plan.yaml', content, secret: false, paths: 'json' });
  const heap = Math.floor((limits.memoryBytes * 0.7) / 1024 ** 2);
  return {
    tool: 'zap',
    args: [
      '-cmd',
      '-silent',
      `-Xmx${heap}m`,
      '-dir',
      '{output}/zap',
      '-autorun',
      '{input}/plan.yaml',
    ],
    env: { TZ: 'UTC' },
    files,
    network: 'targets',
    mounts: [],
    limits,
  };
}

function automationPlan(
  url: WebUrl,
  options: ZapOptions,
  limits: RunLimits,
  files: RunFile[],
): unknown {
  const { spider, passive, attack } = budgetOf(options, limits);
  const context = 'target';
  const text = plainForPatterns(url);
  const pages =
    options.profile === 'api'
      ? apiJob(url, options.api, context, files)
      : { type: 'spider', parameters: { context, url: text, maxDuration: spider } };
  const attacks = [
    { type: 'activeScan', parameters: { context, maxScanDurationInMins: attack } },
    { type: 'passiveScan-wait', parameters: { maxDuration: LAST_LOOK } },
  ];
  return {
    env: {
      contexts: [
        {
          name: context,
          urls: [text],
          includePaths: [`${originOf(url)}(/.*)?`],
          // ZAP adds each address as a pattern, in which a dot matches any character.
          excludePaths: [`(?!${originOf(url)}([/?#].*)?$).*`],
        },
      ],
      parameters: { failOnError: true, failOnWarning: false, progressToStdout: true },
    },
    jobs: [
      { type: 'passiveScan-config', parameters: { maxAlertsPerRule: 0, scanOnlyInScope: true } },
      pages,
      { type: 'passiveScan-wait', parameters: { maxDuration: passive } },
      ...(options.profile === 'baseline' ? [] : attacks),
      {
        type: 'report',
        // Even if an earlier job failed: results up to then are still useful.
        alwaysRun: true,
        parameters: {
          template: 'traditional-json',
          reportDir: '{output}',
          reportFile: 'zap.json',
        },
      },
    ],
  };
}

function apiJob(url: WebUrl, api: ZapOptions['api'], context: string, files: RunFile[]): unknown {
  if (!api) throw new InvalidInputError('an API scan needs the definition of the API');
  const definition = definitionOf(api, url, files);
  switch (api.format) {
    case 'openapi':
      return {
        type: 'openapi',
        parameters: { context, targetUrl: url.text, ...keyed('apiUrl', 'apiFile', definition) },
      };
    case 'soap':
      return { type: 'soap', parameters: keyed('wsdlUrl', 'wsdlFile', definition) };
    case 'graphql':
      return {
        type: 'graphql',
        parameters: { endpoint: url.text, ...keyed('schemaUrl', 'schemaFile', definition) },
      };
    default:
      throw new InvalidInputError('the definition must be openapi, soap or graphql');
  }
}

type Definition = { url: string } | { file: string } | null;

function definitionOf(
  api: NonNullable<ZapOptions['api']>,
  target: WebUrl,
  files: RunFile[],
): Definition {
  if (api.definition !== undefined) {
    if (api.definition.length > MAX_DEFINITION)
      throw new InvalidInputError('the definition is too large');
    files.push({ name: 'definition', content: api.definition, secret: false });
    return { file: '{input}/definition' };
  }
  if (api.url !== undefined) {
    const url = parseWebUrl(api.url, 'address of the definition');
    // Otherwise the scanner would fetch an address that the policy never checked.
    if (url.origin !== target.origin) {
      throw new InvalidInputError(
        'the definition must be at the target itself; otherwise give its text',
      );
    }
    return { url: url.text };
  }
  if (api.format === 'graphql') return null;
  throw new InvalidInputError('an API scan needs the definition of the API, by address or as text');
}

function keyed(urlKey: string, fileKey: string, definition: Definition): Record<string, string> {
  if (!definition) return {};
  return 'url' in definition ? { [urlKey]: definition.url } : { [fileKey]: definition.file };
}

/** A pattern for this origin only, quoted for Java's regular expressions. */
function originOf({ scheme, origin, port }: WebUrl): string {
  const usual = port === (scheme === 'https' ? 443 : 80);
  return `\\Q${origin}\\E${usual ? `(:${port})?` : ''}`;
}

/** Percent-encodes characters that would make an invalid pattern, as ZAP also reads a context's addresses as patterns. */
function plainForPatterns({ text, origin }: WebUrl): string {
  const encoded = (found: string) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`;
  const [path = '', ...query] = text.slice(origin.length).split('?');
  const rest = [path, query.join('%3F')].slice(0, query.length > 0 ? 2 : 1).join('?');
  return `${origin}${rest.replace(/[()[\]*]/g, encoded)}`;
}

/** Minutes for each stage, so that the report is written before the run's time is up. */
function budgetOf(options: ZapOptions, limits: RunLimits) {
  const total = Math.floor(limits.timeoutMs / 60_000) - START_AND_REPORT;
  const attacks = options.profile !== 'baseline';
  const least = attacks ? 3 + LAST_LOOK : 3;
  if (total < least) {
    throw new InvalidInputError(`a scan with ZAP needs ${START_AND_REPORT + least} minutes`);
  }
  const passive = Math.min(attacks ? 10 : 30, Math.ceil(total / 3));
  const spider = minutes(
    options.spiderMinutes ?? (options.profile === 'full' ? 5 : 1),
    Math.ceil(total / 3),
  );
  const attack = attacks
    ? minutes(options.attackMinutes ?? total, Math.max(1, total - spider - passive - LAST_LOOK))
    : 0;
  return { spider, passive, attack };
}

function minutes(asked: number, most: number): number {
  if (!Number.isFinite(asked) || asked < 1) throw new InvalidInputError('give at least one minute');
  return Math.min(Math.floor(asked), most);
}
