import { InvalidInputError } from '../platform/errors.js';
import {
  EXPORT_OCSF,
  type Foreign,
  foreignBytes,
  foreignJson,
  foreignMarkup,
  foreignText,
} from './foreign-formats.js';
import type { ProwlerJsonFormat } from './tools/prowler/index.js';
import { isProwlerCsvHeader } from './tools/prowler/index.js';

/** How much of a file is looked at before reading it. */
export const HEAD_BYTES = 16 * 1024;

export type Container =
  | { kind: 'csv'; skip: number }
  /** `skip` bytes precede what the splitter reads; `wrapped`: they end in `{"Findings": [`. */
  | { kind: 'json'; skip: number; wrapped: boolean };

/** Refuses the file, naming it, what it looks like and what to do. */
export function refuse(fileName: string, { looksLike, advice }: Foreign): InvalidInputError {
  return new InvalidInputError(`${fileName} looks like ${looksLike}: ${advice}`, {
    fileName,
    looksLike,
  });
}

/** No results is no evidence, so it is an error and not an empty report. */
export function refuseEmpty(fileName: string): InvalidInputError {
  return new InvalidInputError(
    `${fileName} contains no results: a clean run and a run that saw nothing look the same, ` +
      'so nothing is assessed; look at the run and its permissions',
    { fileName },
  );
}

/** What kind of file this is, by its first bytes. Throws InvalidInputError for what is not read. */
export function recogniseContainer(head: Buffer, fileName: string): Container {
  if (head.length === 0) {
    throw new InvalidInputError(
      `${fileName} is empty: the run wrote nothing, nothing is assessed`,
      {
        fileName,
      },
    );
  }
  const foreign = foreignBytes(head);
  if (foreign) throw refuse(fileName, foreign);
  const bom = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const text = head.toString('latin1', bom);
  const first = text.trimStart()[0];
  if (first === undefined) throw refuse(fileName, { looksLike: 'blank', advice: EXPORT_OCSF });
  if (first === '<') throw refuse(fileName, foreignMarkup(text));
  if (first === '{' || first === '[') {
    const wrapper = /^\s*\{\s*"Findings"\s*:\s*\[/.exec(text)?.[0].length;
    return { kind: 'json', skip: bom + (wrapper ?? 0), wrapped: wrapper !== undefined };
  }
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const columns = firstLine.split(';').map((name) => name.replaceAll('"', '').trim());
  if (isProwlerCsvHeader(columns)) return { kind: 'csv', skip: bom };
  throw refuse(fileName, foreignText(firstLine));
}

/** Which of Prowler's formats the first result is in. Throws InvalidInputError for any other. */
export function recogniseResult(value: unknown, head: string, fileName: string): ProwlerJsonFormat {
  const result = asObject(value);
  const product = asObject(asObject(result.metadata).product);
  if (
    'class_uid' in result ||
    'finding_info' in result ||
    'event_code' in asObject(result.metadata)
  ) {
    return recogniseOcsf(result, product, fileName);
  }
  if (result.SchemaVersion === '2018-10-08' || 'GeneratorId' in result) {
    return recogniseAsff(result, fileName);
  }
  if ('CheckID' in result && ('FindingUniqueId' in result || 'StatusExtended' in result)) {
    return 'prowler-json';
  }
  if ('Control' in result && 'Status' in result) {
    throw refuse(fileName, {
      looksLike: 'a report of Prowler 2.x, which is not supported',
      advice: EXPORT_OCSF,
    });
  }
  throw refuse(
    fileName,
    foreignJson(head) ?? { looksLike: 'JSON of another kind', advice: EXPORT_OCSF },
  );
}

function recogniseOcsf(
  result: Record<string, unknown>,
  product: Record<string, unknown>,
  fileName: string,
): ProwlerJsonFormat {
  const ofProwler = product.name === 'Prowler';
  const classId = result.class_uid;
  if (classId === 2003) {
    throw refuse(fileName, {
      looksLike: `OCSF class 2003 "compliance finding"${ofProwler ? ' of Prowler' : ''}`,
      advice: 'give the detection findings instead: the file that ends in .ocsf.json beside it',
    });
  }
  if (!ofProwler) {
    const name = typeof product.name === 'string' ? `"${product.name.slice(0, 60)}"` : 'no name';
    throw refuse(fileName, {
      looksLike: `OCSF of another product (${name})`,
      advice: 'only Prowler reports are read here',
    });
  }
  if (classId !== undefined && classId !== 2004) {
    throw refuse(fileName, {
      looksLike: `OCSF class ${JSON.stringify(classId).slice(0, 20)}`,
      advice: 'give class 2004, detection findings',
    });
  }
  return 'prowler-ocsf';
}

function recogniseAsff(result: Record<string, unknown>, fileName: string): ProwlerJsonFormat {
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
