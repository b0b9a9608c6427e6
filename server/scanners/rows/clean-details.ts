import type { FindingDetails } from '../../../contract/finding-details.js';
import { short } from './row-texts.js';

/** Cleans and masks every text of the details; out-of-range numbers become null or are removed. */
export function cleanDetails(details: FindingDetails): FindingDetails {
  const { vulnerability } = details;
  const clean = textsOf(details) as FindingDetails;
  if (!vulnerability) return clean;
  const { ids, cvss, epss, knownExploited } = vulnerability;
  return {
    ...clean,
    vulnerability: {
      ids: [...new Set(ids.map(short))].filter((id) => id !== '').slice(0, 50),
      cvss: cvss && isWithin(cvss.score, 10) ? (textsOf(cvss) as typeof cvss) : null,
      epss:
        epss && isWithin(epss.score, 1)
          ? {
              score: epss.score,
              percentile: isWithin(epss.percentile ?? -1, 1) ? epss.percentile : null,
            }
          : null,
      knownExploited,
    },
  };
}

const isWithin = (value: number, max: number) =>
  Number.isFinite(value) && value >= 0 && value <= max;

function textsOf(value: unknown): unknown {
  if (typeof value === 'string') return short(value);
  if (Array.isArray(value)) return value.map(textsOf);
  if (typeof value !== 'object' || value === null) return value;
  const clean: Record<string, unknown> = { ...value };
  for (const key of Object.keys(clean)) clean[key] = textsOf(clean[key]);
  return clean;
}

/** The number in a text such as `9.8`; null if there is none. */
export function numberIn(text: string): number | null {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? value : null;
}

/** Null for an empty text, which states nothing. */
export const orNull = (text: string): string | null => (text === '' ? null : text);
