/** What may precede the root element: a byte order mark, white space, the declaration, comments, instructions, a document type. */
const PROLOG =
  /^(?:\ufeff|\s+|<\?[^>]{0,2000}\?>|<!--(?:[^-]|-(?!->)){0,10000}-->|<!DOCTYPE[^<>[]{0,500}>)/;

/** The name of the root element, if the document's beginning reaches it; else empty. */
export function xmlRoot(head: string): string {
  let rest = head;
  for (let found = PROLOG.exec(rest); found; found = PROLOG.exec(rest)) {
    rest = rest.slice(found[0].length);
  }
  return /^<([A-Za-z_][\w.:-]{0,100})(?=[\s/>])/.exec(rest)?.[1] ?? '';
}

const BEFORE_DECLARATION = /^(?:\s|<!--(?:[^-]|-(?!->)){0,10000}-->)+(?=<\?xml\s)/;

/** What precedes the XML declaration, which must come first but does not always, and its encoding. */
export function xmlProlog(head: string): { length: number; encoding: string } {
  const length = BEFORE_DECLARATION.exec(head)?.[0].length ?? 0;
  const declared = /^<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.-]{1,40})["']/.exec(
    head.slice(length),
  );
  return { length, encoding: declared?.[1]?.toLowerCase() ?? 'utf-8' };
}
