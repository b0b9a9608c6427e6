/** Active frameworks of a team that made no choice. */
export const DEFAULT_FRAMEWORKS: ReadonlySet<string> = new Set([
  'soc2-tsc-2017',
  'iso-27001-2022',
  'nist-csf-2.0',
  'nist-800-53-r5',
  'pci-dss-4.0.1',
  'cis-controls-8.1',
  'hipaa-security-rule',
]);

export const DEFAULT_TARGET_SCORE = 70;

/** The team's choice, or the default. */
export function choiceOf(
  choices: readonly FrameworkChoice[],
  frameworkId: string,
): FrameworkChoice {
  return (
    choices.find((choice) => choice.frameworkId === frameworkId) ?? {
      frameworkId,
      active: DEFAULT_FRAMEWORKS.has(frameworkId),
      targetScore: DEFAULT_TARGET_SCORE,
    }
  );
}

/** The choices with this one in place of the previous one of its framework. */
export function withChoice(
  choices: readonly FrameworkChoice[],
  choice: FrameworkChoice,
): FrameworkChoice[] {
  return [...choices.filter(({ frameworkId }) => frameworkId !== choice.frameworkId), choice];
}

/** A team's choice for a framework; without it the default applies. */
export interface FrameworkChoice {
  frameworkId: string;
  active: boolean;
  /** 0–100: a score below it is reported as drift. */
  targetScore: number;
}
