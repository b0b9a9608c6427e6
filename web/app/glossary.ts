/** Short explanations of the terms on the pages. */
export const glossary = {
  score:
    'How much of the framework is proven to be met, weighted by importance. Anything not assessed counts as not met, so this is the minimum.',
  coverage: 'The share of the framework, by weight, that was evaluated at least in part.',
  ceiling:
    'The score if everything not assessed turned out to be met. The true value lies between score and ceiling; at full coverage they are equal.',
  passing:
    'The share of conclusive results that pass, weighted by severity. Muted and accepted fails count as fails. It moves with every fix, and it is not a score.',
  fix: 'Failing checks by what fixing them everywhere moves: percentage points of the scores, summed over the frameworks, then the share of passing results.',
  assurance:
    'How reliable a status is: fresh, stale or expired by the age of its newest evidence, conflicting when its inputs disagree.',
  tier: 'How a check was matched to a control. 1: curated by hand. 2: by the requirement ids that the tool states. 3: by its text. 4: by its domain. Passes count by tiers 1 and 2 only.',
  confidence: 'How certain the match between check and control is, from 0 to 100 %.',
  weight: 'How much a control or requirement counts in a score, from 1 to 10.',
  gain: 'Percentage points that implementing this control would add, summed over the frameworks.',
  attestation:
    'Some requirements have a part that no tool can judge. A person confirms that it is met, until an expiry date.',
  stale:
    'Newer imports have no evidence about this finding: neither that it is fixed nor that it still exists.',
  expected:
    'What the tool was supposed to check, by its own list. What it did not check resolves no finding and counts for no control.',
  evidenced: 'What the tool returned a result for. Only this counts as evidence.',
  cvss: 'How severe the vulnerability is in general, from 0 to 10, as scored by the named source.',
  epss: 'How likely the vulnerability is to be exploited within 30 days, by the Exploit Prediction Scoring System.',
  overlap:
    'What happens when a run is due before the previous one has ended: skip it, queue it, or stop the previous one.',
  exempted:
    'Failing results that were muted, suppressed or accepted. They still lower the control.',
  contradicted: 'A person’s decision disagrees with the evidence.',
  relation:
    'What the control proves about the requirement. Equal and subset: it covers the requirement. Superset and intersects: it contributes to it.',
} as const;

export type Word = keyof typeof glossary;
