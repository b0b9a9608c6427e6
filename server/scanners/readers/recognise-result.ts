import { isNucleiMatch } from '../tools/nuclei/index.js';
import { isForeignOcsf } from '../tools/ocsf/index.js';
import { ACCEPTED } from './accepted-formats.js';
import { EXPORT_OCSF, foreignJson } from './foreign-formats.js';
import type { ElementFormat } from './formats.js';
import { refuse } from './recognise.js';

/** Which format the first result is in. Throws InvalidInputError for any that is not read. */
export function recogniseResult(value: unknown, head: string, fileName: string): ElementFormat {
  const result = asObject(value);
  const metadata = asObject(result.metadata);
  if ('class_uid' in result || 'finding_info' in result || 'event_code' in metadata) {
    return recogniseOcsf(result, asObject(metadata.product), fileName);
  }
  if (result.SchemaVersion === '2018-10-08' || 'GeneratorId' in result) {
    return recogniseAsff(result, fileName);
  }
  if ('CheckID' in result && ('FindingUniqueId' in result || 'StatusExtended' in result)) {
    return 'prowler-json';
  }
  if (isNucleiMatch(result)) return 'nuclei-json';
  if ('Control' in result && 'Status' in result) {
    throw refuse(fileName, {
      looksLike: 'a report of Prowler 2.x, which is not supported',
      advice: EXPORT_OCSF,
    });
  }
  throw refuse(
    fileName,
    foreignJson(head) ?? { looksLike: 'JSON of another kind', advice: ACCEPTED },
  );
}

function recogniseOcsf(
  result: Record<string, unknown>,
  product: Record<string, unknown>,
  fileName: string,
): ElementFormat {
  const ofProwler = product.name === 'Prowler';
  const classId = result.class_uid;
  if (ofProwler && classId === 2003) {
    throw refuse(fileName, {
      looksLike: 'OCSF class 2003 "compliance finding" of Prowler',
      advice: 'give the detection findings instead: the file that ends in .ocsf.json beside it',
    });
  }
  if (ofProwler && (classId === undefined || classId === 2004)) return 'prowler-ocsf';
  if (isForeignOcsf(result)) return 'ocsf';
  throw refuse(fileName, {
    looksLike: `OCSF class ${JSON.stringify(classId ?? null).slice(0, 20)}`,
    advice: 'give class 2004, detection findings, or class 2003, compliance findings',
  });
}

function recogniseAsff(result: Record<string, unknown>, fileName: string): ElementFormat {
  const generator = typeof result.GeneratorId === 'string' ? result.GeneratorId : '';
  if (/^prowler-(check|extra)\d/.test(generator)) {
    throw refuse(fileName, {
      looksLike: 'ASFF of Prowler 2.x, which is not supported',
      advice: EXPORT_OCSF,
    });
  }
  // A Security Hub export mixes products; its other findings are counted as rejected.
  return 'prowler-asff';
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
