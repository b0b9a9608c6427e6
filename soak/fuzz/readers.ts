import { writeFile } from 'node:fs/promises';
import { checkFramework } from '../../server/modules/catalogue/library/check-framework.js';
import { checkControls } from '../../server/modules/catalogue/library/controls-file.js';
import { verifyPackage } from '../../server/modules/evidence/packages/verify-package.js';
import { ConfigError, readConfig } from '../../server/platform/config/config.js';
import { InvalidInputError } from '../../server/platform/errors.js';
import type { AnyParser } from '../../server/platform/parsing/parser.js';
import { asUnreadable } from '../../server/platform/parsing/unreadable.js';
import { PARSERS } from '../../server/product-parsers.js';
import * as targets from '../../server/scanners/targets/index.js';
import { maskingProblems, reportProblems } from './report-problems.js';
import type { Mutant } from './seed.js';

/** Something that reads input of others. */
export interface FuzzedReader {
  /** Reads it, and returns what is wrong with the result. Throws the reader's error. */
  read(mutant: Mutant, scratch: string): Promise<string[]>;
}

type LibraryParser = Parameters<typeof checkFramework>[0];
const LIBRARY = {
  controls: new Set(['IAC-06', 'IAC-08', 'IAC-21']),
  domains: new Set(['IAC', 'CRY']),
};
const noContext = { emit: async () => {} };

/** Runs a parser of the product, with its errors mapped as parser processes map them. */
function parsed<Given>(
  name: string,
  inputOf: (mutant: Mutant, scratch: string) => Promise<Given> | Given,
  check: (result: never) => unknown = () => {},
): FuzzedReader['read'] {
  return async (mutant, scratch) => {
    const load = PARSERS[name] as () => Promise<AnyParser>;
    const { parse } = await load();
    const input = await inputOf(mutant, scratch);
    try {
      check((await parse(input, noContext)) as never);
    } catch (error) {
      throw asUnreadable(error, mutant.fileName);
    }
    return [];
  };
}

const inFile = async ({ bytes }: Mutant, scratch: string) => {
  await writeFile(scratch, bytes);
  return scratch;
};
/** As uploads of text are decoded: other text is refused before. */
const textOf = ({ fileName, bytes }: Mutant) => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw asUnreadable(error, fileName);
  }
};
const textFile = (mutant: Mutant) => ({ fileName: mutant.fileName, text: textOf(mutant) });

/** Every reader of the product: its parsers by their names, and those of smaller inputs. */
export const READERS: Readonly<Record<string, FuzzedReader>> = {
  'scanners.report-file': { read: reportProblems },
  'scanners.masked-report': { read: maskingProblems },
  'catalogue.framework-file': {
    read: parsed('catalogue.framework-file', textFile, (draft: LibraryParser) =>
      checkFramework(
        draft,
        (id) => LIBRARY.controls.has(id),
        (id) => id === 'passwordMinLength',
      ),
    ),
  },
  'catalogue.controls-file': {
    read: parsed(
      'catalogue.controls-file',
      textFile,
      (drafts: Parameters<typeof checkControls>[0]) =>
        checkControls(drafts, { domains: LIBRARY.domains, isTaken: () => false }),
    ),
  },
  'catalogue.scf-workbook': {
    read: parsed('catalogue.scf-workbook', inFile),
  },
  'container-security.image-report': {
    read: parsed('container-security.image-report', ({ bytes }) => new Uint8Array(bytes)),
  },
  'evidence.file': {
    read: parsed('evidence.file', async (mutant, scratch) => ({
      path: await inFile(mutant, scratch),
      fileName: mutant.fileName,
    })),
  },
  'mapping.reviews-file': {
    read: parsed('mapping.reviews-file', textOf),
  },
  'evidence package': {
    async read(mutant, scratch) {
      const { problems } = await verifyPackage(await inFile(mutant, scratch));
      const isWhole = mutant.bytes.equals(mutant.seed.bytes);
      return problems.length > 0 || isWhole ? [] : ['a changed package was verified'];
    },
  },
  'targets and settings': { read: readLines },
};

const READS_OF_LINES: readonly ((text: string) => unknown)[] = [
  targets.parseWebUrl,
  targets.parseHost,
  targets.parseImageReference,
  targets.parsePorts,
  targets.readKubeconfig,
  (text) => targets.networkHostsOf({ kind: 'network', hosts: text.split(/[\s,]+/) } as never),
  (text) => targets.repositoryOf({ kind: 'repository', url: text } as never),
  (text) => readConfig(Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/s)))),
];

/** Each reads the same text; one that accepts or rejects it says nothing of the others. */
async function readLines({ bytes }: Mutant): Promise<string[]> {
  const text = bytes.toString('utf8');
  for (const read of READS_OF_LINES) {
    try {
      read(text);
    } catch (error) {
      const isClear = error instanceof InvalidInputError || error instanceof ConfigError;
      if (!isClear || error.message === '') throw error;
    }
  }
  return [];
}
