import type { z } from 'zod';
import type { AuditReach } from './audit-reach.js';
import {
  exportFrameworkGaps,
  getCheckControls,
  getControl,
  getFramework,
  getFrameworkGaps,
  getRequirement,
  getScoreHistory,
  listControlDecisions,
  listControlHistory,
  listControls,
  listFrameworks,
} from './compliance.js';
import type { AnyEndpoint, Permission } from './endpoint.js';
import {
  downloadEvidence,
  downloadPackage,
  getEvidence,
  getEvidenceCoverage,
  getEvidenceGaps,
  getPackage,
  listEvidence,
  listPackages,
} from './evidence.js';
import { getScfBeside } from './scf.js';
import { getTeam } from './teams.js';

// How an auditor who is limited to one framework calls the API. The server refuses them every other endpoint of teams,
// so that a new one is closed to them until it has an entry here.

/** The reach with the controls of its framework. */
export interface Reach extends AuditReach {
  controlIds: ReadonlySet<string>;
}

interface Rule<Result> {
  /** The path names the framework, which must be theirs. */
  inPath?: true;
  /** The query may name the framework; left out, theirs is meant. */
  inQuery?: true;
  /** It shows evidence of any time: refused to auditors of a period. */
  anyTime?: true;
  /** Of a file, and of lists about one item: the item must be within reach, as this endpoint answers it. */
  about?: AnyEndpoint;
  /** The answer without what is outside; null when all of it is. */
  narrow?: (result: Result, reach: Reach) => Result | null;
}
export interface ReachRule extends Rule<unknown> {
  endpoint: AnyEndpoint;
}

/** Permissions of such an auditor. */
export const REACH_PERMISSIONS: readonly Permission[] = [
  'team:read',
  'compliance:read',
  'evidence:read',
];

function rule<E extends AnyEndpoint>(endpoint: E, own: Rule<z.output<E['result']>>): ReachRule {
  return { endpoint, ...(own as Rule<unknown>) };
}

interface Dated {
  effectiveFrom: string;
  expiresAt: string;
}
/** Evidence that counted at some time in the period. */
function countedWithin({ effectiveFrom, expiresAt }: Dated, { from, to }: AuditReach): boolean {
  return (to === null || effectiveFrom <= to) && (from === null || expiresAt >= from);
}

type Item = z.output<typeof listEvidence.result>['items'][number];
/** The item with its links to the framework; null when it has none, or did not count in the period. */
function evidenceWithin<T extends Item>(item: T, reach: Reach): T | null {
  const controlIds = item.controlIds.filter((id) => reach.controlIds.has(id));
  const requirements = item.requirements.filter(({ framework }) => framework === reach.frameworkId);
  const isLinked = controlIds.length + requirements.length > 0;
  if (!isLinked || item.deletedAt !== null || !countedWithin(item, reach)) return null;
  return { ...item, controlIds, requirements };
}

type Package = z.output<typeof getPackage.result>;
function packageWithin(item: Package, { frameworkId, from, to }: AuditReach): Package | null {
  const isWithin =
    item.frameworkId === frameworkId &&
    (from === null || item.from >= from) &&
    (to === null || item.to <= to);
  return isWithin ? item : null;
}

function kept<T>(items: readonly T[], keep: (item: T) => T | null): T[] {
  return items.flatMap((item) => keep(item) ?? []);
}

export const REACH_TABLE: readonly ReachRule[] = [
  rule(getTeam, {}),
  rule(listFrameworks, {
    narrow: ({ items }, { frameworkId }) => ({
      items: items.filter(({ id }) => id === frameworkId),
    }),
  }),
  rule(getFramework, { inPath: true }),
  rule(getFrameworkGaps, { inPath: true }),
  rule(exportFrameworkGaps, { inPath: true }),
  rule(getScoreHistory, { inQuery: true }),
  rule(getRequirement, {
    inPath: true,
    narrow: (why, reach) => {
      if (!why.evidence || (reach.from === null && reach.to === null)) return why;
      const items = why.evidence.items.filter((item) => countedWithin(item, reach));
      return { ...why, evidence: { total: items.length, items } };
    },
  }),
  rule(listControls, {
    narrow: ({ items, domains }, reach) => {
      const within = items.filter(({ id }) => reach.controlIds.has(id));
      const counts = domains.map((domain) => ({
        ...domain,
        controls: within.filter((control) => control.domain === domain.code).length,
      }));
      return { items: within, domains: counts.filter(({ controls }) => controls > 0) };
    },
  }),
  rule(getControl, {
    narrow: (control, { controlIds, frameworkId }) => {
      if (!controlIds.has(control.id)) return null;
      const isOwn = ({ framework }: { framework: string }) => framework === frameworkId;
      return {
        ...control,
        requirements: control.requirements.filter(isOwn),
        answeredElsewhere: control.answeredElsewhere?.filter(isOwn),
        scopes: control.scopes?.flatMap((scope) => {
          const frameworks = scope.frameworks.filter(({ id }) => id === frameworkId);
          return frameworks.length > 0 ? [{ ...scope, frameworks }] : [];
        }),
      };
    },
  }),
  rule(listControlHistory, { about: getControl }),
  rule(listControlDecisions, { about: getControl }),
  rule(getScfBeside, { about: getControl }),
  rule(getCheckControls, {
    narrow: ({ items, ...rest }, reach) => ({
      ...rest,
      items: items.filter(({ controlId }) => reach.controlIds.has(controlId)),
    }),
  }),
  rule(listEvidence, {
    inQuery: true,
    narrow: (page, reach) => ({
      ...page,
      items: kept(page.items, (item) => evidenceWithin(item, reach)),
    }),
  }),
  rule(getEvidence, {
    narrow: (item, reach) => {
      const within = evidenceWithin(item, reach);
      if (!within) return null;
      const isOwn = (id: string) => reach.controlIds.has(id);
      return {
        ...within,
        answers: within.answers.filter(({ controlId }) => isOwn(controlId)),
        controls: within.controls.filter(({ id }) => isOwn(id)),
        links: [],
      };
    },
  }),
  rule(downloadEvidence, { about: getEvidence }),
  rule(getEvidenceCoverage, {
    anyTime: true,
    narrow: ({ items }, reach) => ({
      items: items.filter(({ frameworkId }) => frameworkId === reach.frameworkId),
    }),
  }),
  rule(getEvidenceGaps, { inPath: true, anyTime: true }),
  rule(listPackages, {
    narrow: (page, reach) => ({
      ...page,
      items: kept(page.items, (item) => packageWithin(item, reach)),
    }),
  }),
  rule(getPackage, { narrow: packageWithin }),
  rule(downloadPackage, { about: getPackage }),
];
