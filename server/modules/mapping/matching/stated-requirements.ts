import type { Catalogue } from '../../catalogue/index.js';

/** A requirement in our catalogue that a tool states. */
export interface StatedRequirement {
  framework: string;
  requirement: string;
  /** As the tool wrote it: `NIST-800-53-Revision-5 ac_2_3_c`. */
  stated: string;
}

export interface StatedOutcome {
  /** Each requirement once, ordered by framework and id. */
  requirements: StatedRequirement[];
  /** Ids of unknown frameworks, and unknown ids of known frameworks. */
  ignored: number;
}

/** Frameworks by the start of their names in tools: Prowler writes name, hyphen, version. */
const FRAMEWORKS: readonly [RegExp, string][] = [
  [/^nist-800-53-r(ev(ision)?)?-?5$/, 'nist-800-53-r5'],
  [/^soc-?2\b/, 'soc2-tsc-2017'],
  [/^iso-?27001-2022\b/, 'iso-27001-2022'],
  [/^nist-csf-2\.0\b/, 'nist-csf-2.0'],
  [/^pci(-dss)?-(v)?4\.0/, 'pci-dss-4.0.1'],
  [/^hipaa/, 'hipaa-security-rule'],
  [/^cis-controls-(v)?8\.1/, 'cis-controls-8.1'],
  [/^nist-(sp-)?800-171-r(ev(ision)?)?-?2$/, 'nist-800-171-r2'],
  [/^nist-(sp-)?800-171-r(ev(ision)?)?-?3$/, 'nist-800-171-r3'],
  [/^cmmc-(v)?2(\.0)?\b/, 'cmmc-2.0-l2'],
  [/^iso-?(iec-?)?27002-2022\b/, 'iso-27002-2022'],
  [/^iso-?(iec-?)?27017-2015\b/, 'iso-27017-2015'],
  [/^iso-?(iec-?)?27018-2019\b/, 'iso-27018-2019'],
  [/^iso-?(iec-?)?27018-2025\b/, 'iso-27018-2025'],
  [/^iso-?(iec-?)?27701-2019\b/, 'iso-27701-2019'],
  [/^iso-?(iec-?)?27701-2025\b/, 'iso-27701-2025'],
  [/^iso-?(iec-?)?42001-2023\b/, 'iso-42001-2023'],
  [/^(csa-)?ccm-(v)?4\.1/, 'csa-ccm-4.1'],
  // Tools state the numbers of the implementing regulation's annex, not the directive's articles.
  [/^nis-?2\b/, 'nis2-annex-2024'],
  [/^dora\b/, 'dora'],
  [/^gdpr\b/, 'gdpr'],
  [/^eu-ai-act\b/, 'eu-ai-act'],
  [/^(india-)?dpdp/, 'india-dpdp-2023'],
  [/^sebi-cscrf\b/, 'sebi-cscrf-2024'],
  [/^owasp-top-?10-2025$/, 'owasp-top-10-2025'],
  [/^nist-ai-rmf\b/, 'nist-ai-rmf-1.0'],
  [/^nist-privacy(-framework)?-1\.0/, 'nist-privacy-framework-1.0'],
  [/^nist-(ssdf|(sp-)?800-218)\b/, 'nist-ssdf-1.1'],
];

/** Frameworks in which finer ids than ours fall back to their parent requirement. */
const FALLS_BACK = new Set(['nist-800-53-r5', 'pci-dss-4.0.1', 'hipaa-security-rule']);

/** Reads the requirement ids that a tool states. Pure; holds only the ids of the catalogue. */
export class StatedRequirements {
  readonly #ids = new Map<string, Map<string, string>>();

  constructor(catalogue: Catalogue) {
    for (const { id, requirements } of catalogue.frameworks.values()) {
      const forms = idsByForm(requirements.map((requirement) => requirement.id));
      for (const requirement of requirements) {
        for (const former of requirement.formerly ?? []) {
          forms.set(partsOf(former).join('_'), requirement.id);
        }
      }
      this.#ids.set(id, forms);
    }
  }

  read(stated: Readonly<Record<string, readonly string[]>>): StatedOutcome {
    const found = new Map<string, StatedRequirement>();
    let ignored = 0;
    for (const [key, ids] of Object.entries(stated)) {
      const framework = frameworkOf(key);
      for (const id of ids) {
        const requirement = framework === undefined ? undefined : this.#find(framework, id);
        if (framework === undefined || requirement === undefined) ignored += 1;
        else keepFirst(found, { framework, requirement, stated: `${key} ${id}` });
      }
    }
    const requirements = [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    return { requirements: requirements.map(([, requirement]) => requirement), ignored };
  }

  #find(framework: string, id: string): string | undefined {
    const ids = this.#ids.get(framework);
    const parts = partsOf(id);
    const minParts = FALLS_BACK.has(framework) ? 2 : parts.length;
    for (
      let length = statedLength(framework, parts);
      length >= minParts && length > 0;
      length -= 1
    ) {
      const requirement = ids?.get(parts.slice(0, length).join('_'));
      if (requirement !== undefined) return requirement;
    }
    return undefined;
  }
}

/**
 * Prowler adds the number of the check to ids of PCI DSS (`1.2.5.3`, `10.2.1.1.4`), so `10.2.1.3` may be the third
 * check of 10.2.1: the coarser reading is the safe one.
 */
function statedLength(framework: string, parts: readonly string[]): number {
  const levels = parts[0] === 'a' ? 4 : 3;
  return framework === 'pci-dss-4.0.1' && parts.length > levels ? parts.length - 1 : parts.length;
}

export function frameworkOf(key: string): string | undefined {
  const form = key
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  return FRAMEWORKS.find(([pattern]) => pattern.test(form))?.[1];
}

/** Of several spellings of one requirement the alphabetically first is kept, so that their order does not matter. */
function keepFirst(found: Map<string, StatedRequirement>, stated: StatedRequirement): void {
  const key = `${stated.framework} ${stated.requirement}`;
  const before = found.get(key);
  if (before === undefined || stated.stated < before.stated) found.set(key, stated);
}

/**
 * Our ids by the form that tools write: `ac_2_3` for `AC-2(3)`, `cc_6_1` for `CC6.1`. Where the part
 * before the dot is left out (`ra_1` for `ID.RA-01`), the rest suffices if only one id ends with it.
 */
function idsByForm(ids: readonly string[]): Map<string, string> {
  const forms = new Map(ids.map((id) => [partsOf(id).join('_'), id]));
  for (const id of ids) {
    // `A01` for `A01:2025`: the key has the year.
    if (/^A\d\d:\d{4}$/.test(id)) forms.set(partsOf(id).slice(0, 2).join('_'), id);
  }
  const endings = new Map<string, string[]>();
  for (const id of ids) {
    if (!/^[A-Z]{2}\.[A-Z]{2}-\d\d$/.test(id)) continue;
    const ending = partsOf(id).slice(1).join('_');
    endings.set(ending, [...(endings.get(ending) ?? []), id]);
  }
  for (const [ending, [only, ...more]] of endings) {
    if (only !== undefined && more.length === 0) forms.set(ending, only);
  }
  return forms;
}

/** `AC-2(3)`, `ac_2_3` → ac 2 3; `CC6.1`, `cc_6_1` → cc 6 1; `cc_a_1_1` → a 1 1; `PR.AA-01` → pr aa 1. */
function partsOf(id: string): string[] {
  const parts =
    id
      .toLowerCase()
      .replace(/^art(icle)?\W*_?(?=\d)/, '')
      .match(/[a-z]+|\d+/g) ?? [];
  const numbers = parts.map((part) => part.replace(/^0+(?=\d)/, ''));
  const criterion = numbers[0] === 'cc' && /^(a|c|p|pi)$/.test(numbers[1] ?? '');
  return criterion ? numbers.slice(1) : numbers;
}
