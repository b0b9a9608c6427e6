import type { DriftCause, DriftResolution, DriftType } from '../../../../contract/drift.js';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';
import type { Catalogue } from '../state/moment-reader.js';

/** Something that happened, whether or not an episode about it is open already. */
export interface Signal {
  type: DriftType;
  subject: string;
  title: string;
  severity: Severity;
  from: string | null;
  to: string | null;
  cause: DriftCause;
  controls: readonly string[];
  /** In addition to those of the controls. */
  frameworks?: readonly string[];
  requirements?: readonly string[];
  domains?: readonly string[];
  /** `edge`: each occurrence counts; `level`: a condition that counts once while it lasts; `moment`: over at once. */
  occurs: 'edge' | 'level' | 'moment';
  resolution?: DriftResolution;
}

export interface Affected {
  controls: string[];
  domains: string[];
  frameworks: string[];
  requirements: string[];
}

/** Everything that the signal affects. */
export function affectedBy(signal: Signal, catalogue: Catalogue): Affected {
  const frameworks = new Set(signal.frameworks);
  const requirements = new Set(signal.requirements);
  const domains = new Set(signal.domains);
  for (const id of signal.controls) {
    const domain = catalogue.controls.get(id)?.domain;
    if (domain) domains.add(domain);
    for (const { framework, requirement } of catalogue.requirementsOf(id)) {
      frameworks.add(framework.id);
      requirements.add(`${framework.id}/${requirement.id}`);
    }
  }
  return {
    controls: [...signal.controls],
    domains: [...domains].sort(),
    frameworks: [...frameworks].sort(),
    requirements: [...requirements].sort(),
  };
}

export function severityOfWeight(weight: number): Severity {
  if (weight >= 9) return 'high';
  return weight >= 6 ? 'medium' : 'low';
}

/** The severity that many steps worse; milder for a negative number. */
export function shifted(severity: Severity, steps: number): Severity {
  const at = SEVERITIES.indexOf(severity) - steps;
  return SEVERITIES[Math.min(Math.max(at, 0), SEVERITIES.length - 1)] ?? severity;
}

export function worst(severities: readonly Severity[]): Severity {
  return SEVERITIES.find((one) => severities.includes(one)) ?? 'informational';
}

export function causeOf(kind: DriftCause['kind'], text: string, checks: readonly string[] = []) {
  return {
    kind,
    text,
    checks: checks.slice(0, 20).map((name) => {
      const cut = name.indexOf('/');
      return { tool: name.slice(0, cut), checkId: name.slice(cut + 1) };
    }),
    accounts: [] as string[],
  };
}
