import type { Severity } from '../../../../contract/severity.js';
import { severityOfWord } from '../../rows/severity-words.js';
import { maskSecrets } from '../../secrets/mask-secrets.js';
import { type ScriptNode, type ScriptResult, textOf, textsOf } from './nmap-scripts.js';

/** A vulnerability that a script states of a port or a host. */
export interface StatedVulnerability {
  script: string;
  /** CVEs first; empty when the script names none. */
  ids: string[];
  title: string;
  description: string;
  /** The script could not tell. */
  isUnknown: boolean;
  /** As the script words it: `LIKELY VULNERABLE`. */
  state: string;
  score: number | null;
  severity: Severity;
  reference: string;
  /** See `ReadRow`. */
  contradiction?: string;
}

export interface ReadScript {
  /** Null: a script of a kind that is not read. */
  vulnerabilities: StatedVulnerability[] | null;
  /** Entries without a CVE beside entries with one: exploits and advisories about the same. */
  others: number;
}

const CVE = /\bCVE-\d{4}-\d{1,9}\b/gi;
/** The states of Nmap's library for such scripts. */
const STATE = /^(?:(?:LIKELY )?VULNERABLE\b|NOT VULNERABLE\b|UNKNOWN\b)/;
const NOT_READ: ReadScript = { vulnerabilities: null, others: 0 };

/** The vulnerabilities in what a script wrote; none for a script that found none. */
export function readScript(script: ScriptResult): ReadScript {
  if (script.id === 'vulners') return readVulners(script);
  if (/^vulscan/.test(script.id)) return readVulscan(script);
  const tables = statedIn(script.nodes);
  if (tables.length > 0) {
    const vulnerabilities = tables.flatMap((table) => ofTable(script.id, table));
    if (vulnerabilities.length > 0) return { vulnerabilities, others: 0 };
    // Its structure says "not vulnerable": its text may say otherwise.
    const ofOutput = ofText(script) ?? [];
    return {
      vulnerabilities: ofOutput.map((found) => ({
        ...found,
        contradiction: `state is NOT VULNERABLE, output is ${found.state}`,
      })),
      others: 0,
    };
  }
  const stated = ofText(script);
  return stated ? { vulnerabilities: stated, others: 0 } : NOT_READ;
}

/** Tables of vulnerabilities by package: `id`, `type`, `cvss`, `is_exploit`. Its text in older versions. */
function readVulners(script: ScriptResult): ReadScript {
  const tables = script.nodes.flatMap(({ nodes }) => nodes).filter(({ nodes }) => nodes.length > 0);
  const entries =
    tables.length > 0
      ? tables.map((table) => ({ id: textOf(table, 'id'), cvss: textOf(table, 'cvss') }))
      : [
          ...script.output.matchAll(/^[ \t|]+([A-Z][\w:.-]{4,60})[ \t]+(\d{1,2}(?:\.\d+)?)\b/gm),
        ].map(([, id = '', cvss = '']) => ({ id, cvss }));
  const cves = entries.filter(({ id }) => isCve(id));
  // Where no entry names a CVE, the advisories are all that is known.
  const chosen = cves.length > 0 ? cves : entries.filter(({ id }) => id !== '');
  if (chosen.length === 0)
    return script.output.trim() === '' ? { vulnerabilities: [], others: 0 } : NOT_READ;
  const vulnerabilities = chosen.map(({ id, cvss }) =>
    stated(script.id, {
      ids: [id],
      score: scoreIn(cvss),
      reference: `https://vulners.com/search?query=${encodeURIComponent(id)}`,
    }),
  );
  return { vulnerabilities, others: entries.length - chosen.length };
}

/** Lines of the databases it searched: `[CVE-2012-2531] Microsoft …`. It states no score. */
function readVulscan(script: ScriptResult): ReadScript {
  const lines = [...script.output.matchAll(/^[ \t|]*\[([^\]\n]{1,60})\] ?(.{0,300})/gm)].map(
    ([, id = '', title = '']) => ({ id, title }),
  );
  const cves = lines.filter(({ id }) => isCve(id));
  const chosen = cves.length > 0 ? cves : lines;
  const isRead = chosen.length > 0 || /No findings/i.test(script.output);
  if (!isRead) return NOT_READ;
  return {
    vulnerabilities: chosen.map(({ id, title }) => stated(script.id, { ids: [id], title })),
    others: lines.length - chosen.length,
  };
}

/** Tables with a state, at any depth. */
function statedIn(nodes: readonly ScriptNode[]): ScriptNode[] {
  return nodes.flatMap((node) =>
    STATE.test(textOf(node, 'state').toUpperCase()) ? [node] : statedIn(node.nodes),
  );
}

function ofTable(script: string, table: ScriptNode): StatedVulnerability[] {
  const state = textOf(table, 'state');
  // What was looked for and not found is no result: a missing one is gone where its script has run.
  if (/^NOT VULNERABLE/i.test(state)) return [];
  const ids = [table.key, ...textsOf(table, 'ids')].map((id) => id.replace(/^CVE:(?=CVE-)/i, ''));
  const scores = textsOf(table, 'scores')
    .map(scoreIn)
    .filter((score) => score !== null);
  const risk = textOf(table, 'risk_factor');
  return [
    stated(script, {
      ids: ids.filter(isCve),
      title: textOf(table, 'title'),
      description: textsOf(table, 'description').join('\n'),
      reference: textsOf(table, 'refs')[0] ?? '',
      score: scores.length > 0 ? Math.max(...scores) : null,
      risk,
      state,
    }),
  ];
}

/** The text of scripts that have no structure, or of reports from before there was one. */
function ofText({ id, output: written }: ScriptResult): StatedVulnerability[] | null {
  // Before parts are cut out of it, as half a secret is not recognised.
  const output = maskSecrets(written);
  const state = /^[ \t|_]*State:[ \t]*((?:LIKELY |NOT )?VULNERABLE\b[^\n]{0,40}|UNKNOWN)/im.exec(
    output,
  )?.[1];
  const isBare =
    state === undefined && /-vuln/.test(id) && /^[ \t|_]*(?:LIKELY )?VULNERABLE\b/m.test(output);
  if (state === undefined && !isBare) return null;
  if (state && /^NOT /i.test(state)) return [];
  const title = /VULNERABLE:?[ \t]*\r?\n[ \t|]*([^\n]{3,300})/.exec(output)?.[1] ?? '';
  const risk = /Risk factor:[ \t]*(\w+)/i.exec(output)?.[1] ?? '';
  const scores = [...output.matchAll(/CVSS\w{0,5}:[ \t]*(\d{1,2}(?:\.\d+)?)/gi)].map(([, score]) =>
    Number(score),
  );
  return [
    stated(id, {
      ids: output.match(CVE) ?? [],
      title: title.trim(),
      risk,
      score: scores.length > 0 ? Math.max(...scores) : null,
      state: state?.trim() ?? 'VULNERABLE',
    }),
  ];
}

function stated(
  script: string,
  given: Partial<StatedVulnerability> & { risk?: string },
): StatedVulnerability {
  const { risk = '', score = null, state = 'VULNERABLE', ids = [] } = given;
  return {
    ...{ title: '', description: '', reference: '', ...given },
    ...{ script, state, score },
    ids: [...new Set(ids.map((id) => id.toUpperCase()))],
    isUnknown: /^UNKNOWN/i.test(state),
    severity: score === null ? (severityOfWord(risk) ?? 'medium') : ofScore(score),
  };
}

const isCve = (id: string) => /^CVE-\d{4}-\d{1,9}$/i.test(id);

function scoreIn(text: string): number | null {
  const score = Number.parseFloat(/\b\d{1,2}(?:\.\d+)?/.exec(text)?.[0] ?? '');
  return score > 0 && score <= 10 ? score : null;
}

function ofScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}
