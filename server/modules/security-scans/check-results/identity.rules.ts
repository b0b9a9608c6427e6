import { hash } from 'node:crypto';
import type { ReportRow } from '../../../scanners/rows/report.js';

type Identified = Pick<ReportRow, 'provider' | 'accountId' | 'region' | 'subObject'> & {
  check: Pick<ReportRow['check'], 'id'>;
  resource: Pick<ReportRow['resource'], 'uid' | 'uidHash' | 'name'>;
};

/**
 * Rows of any two reports are about the same thing when they share tool, check, account, region, resource
 * and sub-object. Never text, time, line or display name: these change when nothing else does.
 * Returns 26 characters, which do not depend on the team.
 */
export function identityOf(tool: string, row: Identified): string {
  return digest([
    tool,
    row.check.id,
    row.provider,
    row.accountId,
    row.region,
    row.resource.uidHash ?? (row.resource.uid || row.resource.name),
    row.subObject,
  ]);
}

/** The identity that former releases gave to this row; null when it is the same. */
export function formerIdentityOf(
  tool: string,
  row: Identified & Pick<ReportRow, 'formerSubObject' | 'formerUid'>,
): string | null {
  const { formerSubObject, formerUid, resource: named } = row;
  if (formerSubObject === undefined && formerUid === undefined && named.uidHash === undefined)
    return null;
  const { uidHash: _, ...rest } = named;
  const resource = formerUid === undefined ? rest : { ...rest, uid: formerUid };
  return identityOf(tool, { ...row, resource, subObject: row.formerSubObject ?? row.subObject });
}

/**
 * An id for a result and its finding within a team. `copy` counts, from 0, things that share an identity and
 * that `apart` does not tell apart.
 */
export function resultId(teamId: string, identity: string, copy: number, apart = ''): string {
  if (apart !== '') return digest([teamId, identity, `${copy}`, apart]);
  return copy === 0 ? digest([teamId, identity]) : digest([teamId, identity, String(copy)]);
}

/** One check in one account and region: the grain in which a report gives evidence. */
export function scopeId(
  teamId: string,
  of: { tool: string; checkId: string; provider: string; accountId: string; region: string },
): string {
  return digest([teamId, of.tool, of.checkId, of.provider, of.accountId, of.region]);
}

/** One account or target, as one tool reports it. */
export function placeId(
  teamId: string,
  of: { tool: string; provider: string; accountId: string },
): string {
  return digest([teamId, of.tool, of.provider, of.accountId]);
}

/** 126 bits of SHA-256 over length-prefixed parts, so that no two lists of parts run together. */
function digest(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part};`;
  const first128 = BigInt(`0x${hash('sha256', text).slice(0, 32)}`);
  return (first128 >> 2n).toString(32).padStart(26, '0');
}
