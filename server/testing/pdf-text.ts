import { inflateSync } from 'node:zlib';

/** The text of a PDF, from the content streams of its pages, which have hexadecimal Latin text. */
export function pdfText(pdf: Uint8Array): string {
  const raw = Buffer.from(pdf).toString('latin1');
  return [...raw.matchAll(/stream\n([\s\S]*?)\nendstream/g)]
    .map(([, content = '']) => {
      const page = inflateSync(Buffer.from(content, 'latin1')).toString('latin1');
      return [...page.matchAll(/\[([^\]]*)\] TJ/g)]
        .map(([, line = '']) =>
          [...line.matchAll(/<([0-9a-f]+)>/g)]
            .map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1'))
            .join(''),
        )
        .join('\n');
    })
    .join('\f');
}
