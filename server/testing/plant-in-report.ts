/** How a secret is written at its place: given what stood there and the secret. */
export const WAYS: Readonly<Record<string, (usual: string, secret: string) => string>> = {
  behind: (usual, secret) => `${usual} ${secret}`,
  alone: (_, secret) => secret,
  'on a line': (usual, secret) => `${usual}\n${secret}\nend`,
  'in JSON': (usual, secret) => JSON.stringify({ env: `${usual}; ${secret}` }),
  'far behind': (usual, secret) => `${usual} ${'lorem ipsum '.repeat(700)}${secret}`,
};

/** How many places a report has: values of any kind, and names of members. */
export function placesIn(text: string): number {
  return partsOf(text).places;
}

/** The report with `write` in its place `at`; names get `inName` behind them. */
export function plantedAt(
  text: string,
  at: number,
  write: (usual: string) => string,
  inName: string,
): string {
  return partsOf(text).plant(at, write, inName);
}

interface Parts {
  places: number;
  plant(at: number, write: (usual: string) => string, inName: string): string;
}

function partsOf(text: string): Parts {
  if (text.startsWith('<'))
    return pieces(text, /(?<==")[^"<>]*(?=")|(?<=>)[^<>\s][^<>]*(?=<)/g, inXml);
  if (/^[[{]/.test(text)) return jsonParts(text);
  return pieces(text, /(?<=^|;)(?:"(?:[^"]|"")*"|[^";\n]+)(?=;|$)/gm, inCsv);
}

/** The parts of a text that match, each a place. */
function pieces(text: string, pattern: RegExp, { encode, decode }: Code): Parts {
  const found = [...text.matchAll(pattern)];
  return {
    places: found.length,
    plant: (at, write) => {
      const piece = found[at];
      if (!piece) throw new Error(`the report has no place ${at}`);
      const end = piece.index + piece[0].length;
      return text.slice(0, piece.index) + encode(write(decode(piece[0]))) + text.slice(end);
    },
  };
}

interface Code {
  encode(value: string): string;
  decode(text: string): string;
}

const inXml: Code = {
  encode: (value) => value.replace(/[<>"&\n]/g, (c) => `&#${c.charCodeAt(0)};`),
  decode: (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
};
const inCsv: Code = {
  encode: (value) => `"${value.replaceAll('"', '""')}"`,
  decode: (text) => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text),
};

function jsonParts(text: string): Parts {
  const isLines = text.startsWith('{') && text.trimEnd().includes('}\n{');
  const documents: unknown[] = isLines
    ? text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [JSON.parse(text)];
  const written = (changed: unknown[]) => changed.map((each) => JSON.stringify(each)).join('\n');
  let places = 0;
  const count = () => {
    places += 1;
    return undefined;
  };
  for (const document of documents) walk(document, count);
  return {
    places,
    plant: (at, write, inName) => {
      let place = 0;
      return written(
        documents.map((document) =>
          walk(document, (kind, usual) => {
            place += 1;
            if (place - 1 !== at) return undefined;
            return kind === 'name' ? `${usual} ${inName}` : write(usual);
          }),
        ),
      );
    },
  };
}

type Visit = (kind: 'name' | 'value', usual: string) => string | undefined;

/** A copy in which each name and value is what `visit` returns for it, if it returns anything. */
function walk(value: unknown, visit: Visit): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, visit));
  if (typeof value !== 'object' || value === null) {
    return visit('value', typeof value === 'string' ? value : String(value)) ?? value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [visit('name', name) ?? name, walk(item, visit)]),
  );
}
