/** What a parser's error means for the person whose file it read. */
export interface ParserProblem {
  /** `line 4`, or `line 4, column 2`; null when the parser does not name a place. */
  at: string | null;
  /** In our words: those of the parser may quote the file, and with it a secret. */
  message: string;
}

type Known = Error & { code?: unknown; [member: string]: unknown };

/** By the parser that throws it; the first that recognises an error describes it. */
const PARSERS: readonly ((error: Known) => ParserProblem | null)[] = [
  ofJson,
  ofYaml,
  ofCsv,
  ofPackedData,
  ofZip,
  ofForm,
  ofText,
  ofEngine,
];

/** The problem behind an error of any parser that we use; null when the error is not foreseen. */
export function parserProblem(error: unknown): ParserProblem | null {
  if (!(error instanceof Error)) return null;
  for (const describe of PARSERS) {
    const problem = describe(error as Known);
    if (problem) return problem;
  }
  return null;
}

function ofJson(error: Known): ParserProblem | null {
  if (error.name !== 'SyntaxError') return null;
  const [, line, column] = /\(line (\d+) column (\d+)\)$/.exec(error.message) ?? [];
  return {
    at: line === undefined ? null : `line ${line}, column ${column}`,
    message: 'is not JSON',
  };
}

/** js-yaml. Its reasons name tags and anchors of the file. */
function ofYaml(error: Known): ParserProblem | null {
  if (error.name !== 'YAMLException') return null;
  const mark = error.mark as { line: number; column: number } | undefined;
  const reason = String(error.reason ?? 'it is nested too deeply').replace(
    /"[^"]*"|!<[^>]*>|: .*/gs,
    '…',
  );
  return {
    at: mark ? `line ${mark.line + 1}, column ${mark.column + 1}` : null,
    message: `is not YAML that can be read: ${reason}`,
  };
}

/** csv-parse. Its messages name its options, and quote cells. */
function ofCsv(error: Known): ParserProblem | null {
  if (error.constructor.name !== 'CsvError') return null;
  const cells = Array.isArray(error.record) ? error.record.length : 0;
  return {
    at: error.lines === undefined ? null : `line ${String(error.lines)}`,
    message: `is not CSV: ${csvReason(String(error.code), cells)}`,
  };
}

function csvReason(code: string, cells: number): string {
  switch (code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
      return `it has ${cells} cells, but the header line has a different number`;
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'the file ends inside a quoted cell; a quotation mark further up is not closed';
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return 'a quotation mark inside a cell must be doubled, and the cell quoted';
    case 'CSV_MAX_RECORD_SIZE':
      return 'it is too long, or a quotation mark further up is not closed';
    default:
      return 'the cells of this line cannot be separated';
  }
}

/** zlib. */
function ofPackedData(error: Known): ParserProblem | null {
  const code = String(error.code ?? '');
  if (code === 'ERR_BUFFER_TOO_LARGE') return { at: null, message: 'unpacks to too much' };
  if (!/^Z_[A-Z]+_ERROR$/.test(code)) return null;
  return { at: null, message: 'has packed data that is cut off or damaged' };
}

/** yauzl has no codes, and quotes names of the archive. */
const ZIP_REASONS: readonly [RegExp, string][] = [
  [/end of central directory/i, 'is not a ZIP archive, or is cut off'],
  [/encrypt/i, 'is encrypted; save it without a password'],
  [/unsupported compression method/i, 'is packed in a way that is not read'],
  [
    /^(?:absolute path|invalid relative path|invalid characters in fileName)/i,
    'has a path that leads out of the archive',
  ],
  [/^(?:too many|not enough) bytes in the stream/i, 'has a file of another size than it states'],
  [
    /central directory|file header|zip64|multi-disk|extra field|comment length|file bounds|^unexpected EOF$|mismatch: \d/i,
    'is a damaged ZIP archive',
  ],
];

function ofZip({ message }: Known): ParserProblem | null {
  const reason = ZIP_REASONS.find(([pattern]) => pattern.test(message))?.[1];
  return reason === undefined ? null : { at: null, message: reason };
}

/** The parser of multipart forms. */
function ofForm({ message }: Known): ParserProblem | null {
  if (/^Multipart: Boundary not found$/.test(message)) {
    return { at: null, message: 'has no boundary in its content type' };
  }
  if (/^The needle cannot have a length/.test(message)) {
    return { at: null, message: 'has a boundary of more than 250 characters' };
  }
  const isCut = /unexpected end of multipart data$|^Unexpected end of form$/i.test(message);
  return isCut ? { at: null, message: 'ends before its closing boundary' } : null;
}

function ofText({ code }: Known): ParserProblem | null {
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    ? { at: null, message: 'is not UTF-8 text' }
    : null;
}

/** Limits of the engine that content alone can reach. */
function ofEngine({ name, message }: Known): ParserProblem | null {
  if (name !== 'RangeError') return null;
  if (/call stack/.test(message)) return { at: null, message: 'is nested too deeply' };
  const isTooLarge = /string length|array (?:buffer )?length|allocation failed/i.test(message);
  return isTooLarge ? { at: null, message: 'is too large to be read' } : null;
}
