// npm run bench:mapping: how well findings are mapped, against labels made by hand; see README.md.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Tier } from '../contract/compliance.js';
import { loadCatalogue } from '../server/modules/catalogue/common-controls/catalogue.js';
import { ControlMatcher } from '../server/modules/mapping/matching/control-matcher.js';
import {
  FindingMapper,
  MappableFinding,
} from '../server/modules/mapping/matching/finding-mapper.js';
import { packageRoot } from '../server/package-root.js';
import { Agreement, type Marks } from './agreement.js';
import type { Reliability } from './calibration.js';
import { chainQuality, type Verdicts } from './chains.js';
import { runMap } from './cspm-process.js';
import { repeat, Samples } from './measure.js';
import { calibrationOf, keywordIndexSeconds } from './text-quality.js';

const Labelled = MappableFinding.extend({
  id: z.string(),
  labels: z.object({
    controls: z.array(z.string()),
    requirements: z.record(z.string(), z.array(z.string())),
  }),
});
type Labelled = z.infer<typeof Labelled>;

const catalogue = loadCatalogue();
const matcher = new ControlMatcher(catalogue);
const findings = readFileSync(join(packageRoot, 'bench', 'mapping-findings.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => Labelled.parse(JSON.parse(line)));
const LABELLED = new Set(findings.flatMap(({ labels }) => Object.keys(labels.requirements)));
refuseUnknownLabels();

/** Thresholds were chosen on one half; the other half is reported. */
const tuned = findings.filter(({ id }) => isForTuning(id));
const reported = findings.filter(({ id }) => !isForTuning(id));

/** A few more than the checks that Prowler has. */
const LINES = 1_600;
const TIERS: [string, ReadonlySet<Tier> | undefined][] = [
  ['all tiers', undefined],
  ['tier 1, rules', new Set([1])],
  ['tier 3, text', new Set([3])],
];
const report = {
  findings: { labelled: findings.length, reported: reported.length },
  byTier: TIERS.map(([name, tiers]) => ({ name, ...marksOf(reported, tiers) })),
  byTool: toolsOf(reported).map((tool) => ({
    name: tool,
    findings: reported.filter((each) => each.tool === tool).length,
    ...marksOf(
      reported.filter((each) => each.tool === tool),
      undefined,
    ),
  })),
  byFramework: [...catalogue.frameworks.keys()]
    .filter((id) => LABELLED.has(id))
    .map((id) => ({
      name: id,
      rules: marksOf(reported, undefined, id).requirements,
      text: marksOf(reported, new Set([3]), id).requirements,
    })),
  alwaysTheMostFrequent: mostFrequentMarks(),
  chains: chainQuality(catalogue, matcher),
  textConfidence: calibrationOf(catalogue, findings, (id) => !isForTuning(id)),
  keywordIndexSeconds: keywordIndexSeconds(catalogue, findings),
  command: {
    lines: LINES,
    allTiers: await commandSeconds(),
    text: await commandSeconds('--tiers', '3'),
  },
};

if (process.argv.includes('--json')) console.log(JSON.stringify(report, null, 2));
else print();

function isForTuning(id: string): boolean {
  return (createHash('sha256').update(id).digest()[0] ?? 0) % 2 === 0;
}

/** The whole process of `cspm map`, over lines that all differ; median of three. */
async function commandSeconds(...args: string[]): Promise<number> {
  const lines = Array.from({ length: LINES }, (_, at) => {
    const { labels: _labels, ...finding } = findings[at % findings.length] as Labelled;
    return JSON.stringify({
      ...finding,
      id: at,
      description: `${finding.description ?? ''} ${at}`,
    });
  });
  const { p50 } = new Samples((await repeat(3, () => runMap(args, lines))).map(({ ms }) => ms));
  return p50 / 1000;
}

function toolsOf(list: readonly Labelled[]): string[] {
  return [...new Set(list.map(({ tool }) => tool ?? ''))];
}

function marksOf(list: readonly Labelled[], tiers?: ReadonlySet<Tier>, only?: string) {
  const mapper = new FindingMapper(catalogue, { matcher, tiers });
  const controls = new Agreement();
  const requirements = new Agreement();
  for (const { labels, ...finding } of list) {
    const found = mapper.map(finding);
    controls.add(
      found.controls.map(({ id }) => id),
      labels.controls,
    );
    requirements.add(flat(found.requirements, only), flat(labels.requirements, only));
  }
  return { controls: controls.marks, requirements: requirements.marks };
}

/** Only labelled frameworks count: for the others the correct result is unknown. */
function flat(requirements: Record<string, string[]>, only?: string): string[] {
  return Object.entries(requirements)
    .filter(([framework]) => LABELLED.has(framework) && (!only || framework === only))
    .flatMap(([framework, ids]) => ids.map((id) => `${framework} ${labelledId(framework, id)}`));
}

/** The labels of PCI DSS name requirements of three levels: a finer one counts as the one above it. */
function labelledId(framework: string, id: string): string {
  return framework === 'pci-dss-4.0.1' ? id.split('.').slice(0, 3).join('.') : id;
}

/** The floor: each finding gets the requirements that are most frequent among the tuned half's labels. */
function mostFrequentMarks(): Marks {
  const counts = new Map<string, number>();
  for (const { labels } of tuned) {
    for (const id of flat(labels.requirements)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const ranked = [...counts].sort(([, a], [, b]) => b - a).map(([id]) => id);
  const tries = [5, 10, 15, 20, 30, 40].map((many) => {
    const agreement = new Agreement();
    for (const { labels } of reported) {
      agreement.add(ranked.slice(0, many), flat(labels.requirements));
    }
    return agreement.marks;
  });
  return tries.reduce((best, marks) => (marks.f1 > best.f1 ? marks : best));
}

function print(): void {
  const line = (name: string, ...marks: Marks[]) =>
    console.log(
      `  ${name.padEnd(34)}${marks
        .map(({ precision, recall, f1 }) =>
          [precision, recall, f1].map((value) => value.toFixed(2).padStart(7)).join(''),
        )
        .join('   ')}`,
    );
  const head = (title: string, ...columns: string[]) =>
    console.log(
      `\n${title.padEnd(36)}${columns.map((name) => name.padStart(21)).join('   ')}\n${' '.repeat(36)}${columns
        .map(() => '  prec.    rec.     F1')
        .join('  ')}`,
    );
  console.log(
    `${findings.length} labelled findings; thresholds were chosen on ${tuned.length}, reported are the other ${reported.length}.`,
  );
  head('By tier', 'controls', 'requirements');
  for (const { name, controls, requirements } of report.byTier) line(name, controls, requirements);
  const { precision, recall, f1 } = report.alwaysTheMostFrequent;
  const floor = [precision, recall, f1].map((value) => value.toFixed(2).padStart(7)).join('');
  console.log(`  ${'always the most frequent'.padEnd(58)}${floor}`);
  head('By tool, all tiers', 'controls', 'requirements');
  for (const { name, findings: many, controls, requirements } of report.byTool) {
    line(`${name} (${many})`, controls, requirements);
  }
  head('By framework, requirements', 'all tiers', 'text only');
  for (const { name, rules, text } of report.byFramework) line(name, rules, text);
  printChains();
  printReliability('Confidence of matches by text', report.textConfidence.shipped);
  printReliability('The same, cross-validated', report.textConfidence.crossValidated);
  const seconds = report.keywordIndexSeconds.toFixed(1);
  console.log(`\nKeyword index: 100,000 different findings in ${seconds} s.`);
  const { lines, allTiers, text } = report.command;
  const both = `${allTiers.toFixed(1)} s, by text alone ${text.toFixed(1)} s`;
  console.log(`cspm map: ${lines.toLocaleString('en-US')} lines in ${both}.`);
}

function printChains(): void {
  const { chains, present, draws } = report.chains;
  const line = (name: string, verdicts: Verdicts) => {
    const { right, arguable, wrong, unjudged } = verdicts;
    const all = right + arguable + wrong + unjudged;
    const shares = [right, arguable, wrong].map((value) =>
      `${all === 0 ? 0 : Math.round((100 * value) / all)} %`.padStart(11),
    );
    const rest = unjudged === 0 ? '' : `   ${unjudged} unjudged`;
    console.log(`  ${name.padEnd(34)}${String(all).padStart(6)}${shares.join('')}${rest}`);
  };
  const title = `Chains check, control, requirement (${chains.toLocaleString('en-US')})`;
  console.log(`\n${title.padEnd(36)} judged      right   arguable      wrong`);
  line('drawn from those made now', present);
  for (const { draw, whenJudged, stillMade } of draws) {
    line(`${draw} draw, when judged`, whenJudged);
    line('  of it still made', stillMade);
  }
}

function printReliability(title: string, { brier, error, bands }: Reliability): void {
  const off = `off by ${error.toFixed(3)} on average, Brier score ${brier.toFixed(3)}`;
  console.log(`\n${title}: ${off}\n  confidence   matches   mean    right`);
  for (const { from, to, guesses, predicted, was } of bands) {
    const band = `${from.toFixed(1)} – ${to.toFixed(1)}`;
    const figures = `${predicted.toFixed(2).padStart(7)}${was.toFixed(2).padStart(13)}`;
    console.log(`  ${band}${String(guesses).padStart(11)}${figures}`);
  }
}

function refuseUnknownLabels(): void {
  for (const { id, labels } of findings) {
    const control = labels.controls.find((each) => !catalogue.controls.has(each));
    if (control) throw new Error(`${id}: there is no control ${control}`);
    for (const [framework, ids] of Object.entries(labels.requirements)) {
      const missing = ids.find((each) => !catalogue.requirement(framework, each));
      if (missing) throw new Error(`${id}: ${framework} has no ${missing}`);
    }
  }
}
