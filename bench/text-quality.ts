import type { Catalogue } from '../server/modules/catalogue/common-controls/catalogue.js';
import { loadMapping } from '../server/modules/mapping/matching/curated-mapping.js';
import type { MappableFinding } from '../server/modules/mapping/matching/finding-mapper.js';
import { type CheckText, KeywordIndex } from '../server/modules/mapping/matching/keyword-index.js';
import { featuresOf, textConfidence } from '../server/modules/mapping/matching/text-confidence.js';
import { matchesOf } from '../server/modules/mapping/matching/text-matches.js';
import { TopicIndex } from '../server/modules/mapping/matching/topic-index.js';
import { crossValidated, reliabilityOf, type Sample } from './calibration.js';

type Labelled = MappableFinding & { id: string; labels: { controls: string[] } };

const FINDINGS = 100_000;

/** Whether matches by text are right as often as their confidence claims: shipped curve and cross-validation. */
export function calibrationOf(
  catalogue: Catalogue,
  findings: readonly Labelled[],
  isReported: (id: string) => boolean,
) {
  const keywords = new KeywordIndex(catalogue);
  const mapping = loadMapping((id) => catalogue.controls.has(id));
  const topics = new TopicIndex(mapping.topics.values());
  const samples = findings.flatMap((finding) => {
    const text = textOf(finding);
    return matchesOf(topics.search(text), keywords.search(text)).map((match) => ({
      id: finding.id,
      features: featuresOf(match),
      predicted: textConfidence(match),
      right: finding.labels.controls.includes(match.controlId),
    }));
  });
  return {
    shipped: reliabilityOf(samples.filter(({ id }) => isReported(id))),
    crossValidated: reliabilityOf(crossValidated(samples satisfies Sample[])),
  };
}

/** Seconds for 100,000 findings through the keyword index, all with different texts. */
export function keywordIndexSeconds(catalogue: Catalogue, findings: readonly Labelled[]): number {
  const index = new KeywordIndex(catalogue);
  const texts = findings.map(textOf);
  const started = performance.now();
  for (let at = 0; at < FINDINGS; at += 1) {
    const text = texts[at % texts.length] as CheckText;
    index.search({ ...text, description: `${text.description} ${at}` });
  }
  return (performance.now() - started) / 1000;
}

function textOf(finding: MappableFinding): CheckText {
  const { checkId, title, description, risk, service, resourceType, categories } = finding;
  return {
    id: checkId ?? '',
    title: title ?? '',
    description: description ?? '',
    risk: risk ?? '',
    service: service ?? '',
    resourceType: resourceType ?? '',
    categories: categories ?? [],
  };
}
