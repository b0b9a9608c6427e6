/** What the words on the pages mean, in a sentence or two. */
export const glossary = {
  score:
    'How much of the framework is shown to be met, weighted by importance. What was not assessed counts as not met, so this is the least it can be.',
  coverage: 'The share of the framework, by weight, of which something was evaluated.',
  ceiling:
    'The score if everything that was not assessed turned out to be met. The true figure lies between score and ceiling; they meet at full coverage.',
  assurance:
    'How far a status can be relied on: fresh, stale or expired by the age of its newest evidence, conflicting when its inputs disagree.',
  tier: 'How a check was matched to a control. 1: curated by hand. 2: by the requirement ids that the tool states. 3: by its text. 4: by its domain. Only tiers 1 and 2 can show that a control is implemented.',
  confidence: 'How sure the match between check and control is, from 0 to 100 %.',
  weight: 'How much a control or requirement counts in a score, from 1 to 10.',
  gain: 'Percentage points that implementing this control would add, summed over the frameworks.',
  attestation:
    'Some requirements have a part that no tool can judge. A person states that it is met, until a date.',
  stale:
    'Newer imports gave no evidence of this finding, neither that it is fixed nor that it is still there.',
  expected:
    'What the tool was to look at, by its own list. What it did not look at resolves nothing and counts for nothing.',
  evidenced: 'What the tool gave a result of. Only that counts as evidence.',
  cvss: 'How bad the weakness is in general, from 0 to 10, by whoever scored it.',
  epss: 'How likely it is that somebody exploits the weakness within 30 days, by the Exploit Prediction Scoring System.',
  overlap:
    'What happens when it is time and the run before has not ended: leave this one out, let it wait, or stop the one before.',
  exempted: 'Fails that were muted, suppressed or accepted. They still lower the control.',
  contradicted: 'A decision by a person stands against what the evidence says.',
  relation:
    'What the control proves of the requirement. Equal and subset: it covers the requirement. Superset and intersects: it contributes to it.',
} as const;

export type Word = keyof typeof glossary;
