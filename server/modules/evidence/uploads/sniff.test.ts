import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { aDocx, aPdf, aZip, PNG } from '../testing/evidence-files.js';
import { safeName, sniff } from './sniff.js';

const pdf = await aPdf('Access is reviewed every quarter.');
const docx = await aDocx();
const chart = await aDocx({ 'word/embeddings/table.xlsx': await aDocx() });

const ofText = (text: string) => Buffer.from(text);
const ofBytes = (text: string) => Buffer.from(text, 'latin1');
const jpeg = ofBytes('\xff\xd8\xff\xe0rest\xff\xd9');
/** A PDF with compressed objects, as most programs write them. */
const packedPdf = (objects: string | Buffer, more = '') =>
  Buffer.concat([
    ofBytes('%PDF-1.7\n1 0 obj << /Type /ObjStm /Filter /FlateDecode >>\nstream\n'),
    typeof objects === 'string' ? deflateSync(objects) : objects,
    ofBytes(`\nendstream endobj\n${more}%%EOF\n`),
  ]);

test.each([
  ['a.pdf', pdf, 'pdf', false],
  ['a.png', PNG, 'png', false],
  ['packed.pdf', packedPdf('<< /S /GoTo >>'), 'pdf', false],
  ['by-chance.pdf', packedPdf('<< >>', 'stream\n\x01/JS \x02endstream\n'), 'pdf', false],
  ['line-ends.pdf', Buffer.concat([pdf, ofBytes('\r\n\0')]), 'pdf', false],
  ['photo.JPEG', jpeg, 'jpg', false],
  ['of-a-camera.jpg', Buffer.concat([jpeg, ofBytes('\0\0camera notes SEFT')]), 'jpg', false],
  ['a.docx', docx, 'docx', false],
  ['with-a-chart.docx', chart, 'docx', false],
  ['a.json', ofText('{"a":1}'), 'json', true],
  ['noname', ofText('[1]'), 'json', true],
  ['a.yml', ofText('a: 1\nb: 2\n'), 'yaml', true],
  ['a.csv', ofText('a,b\n1,2\n'), 'csv', true],
  ['a.md', ofText('# Überschrift\n'), 'md', true],
  ['a.log', ofText('one\ttwo\r\n'), 'txt', true],
])('%s is accepted as its type', async (name, content, extension, isText) => {
  expect(await sniff(content, name)).toMatchObject({ extension, isText });
});

const zip = await aZip({ 'a.txt': 'x' });
const bomb = await aDocx({ 'word/media/a.bin': Buffer.alloc(60 * 1024 ** 2) });
const macro = await aDocx({ 'word/vbaProject.bin': 'x' });
const macroType = await aZip({
  '[Content_Types].xml':
    '<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>',
  'word/document.xml': 'x',
});
const macroInside = await aDocx({ 'word/embeddings/table.xlsx': macro });
const russianDolls = await aDocx({
  'word/embeddings/a.docx': await aDocx({
    'b.zip': await aZip({ 'c.zip': await aZip({ 'd.zip': zip }) }),
  }),
});
const notAnArchive = await aDocx({ 'word/embeddings/table.xlsx': 'text' });
/** With one value changed in the directory entry of its document. */
async function changedEntry(change: (entry: Buffer) => void): Promise<Buffer> {
  const content = Buffer.from(await aDocx({ 'word/x.bin': 'x'.repeat(2_000) }));
  const last = content.lastIndexOf('PK\u0001\u0002');
  change(content.subarray(last));
  return content;
}
const encryptedEntry = await changedEntry((entry) =>
  entry.writeUInt16LE(entry.readUInt16LE(8) | 1, 8),
);
const oddMethod = await changedEntry((entry) => entry.writeUInt16LE(12, 10));
const wrongSize = await changedEntry((entry) => entry.writeUInt32LE(1_000, 24));
const sameName = Buffer.from(
  (await aDocx({ 'word/documenu.xml': 'x' }))
    .toString('latin1')
    .replaceAll('word/documenu.xml', 'word/document.xml'),
  'latin1',
);
const bytesOfPdf = (text: string | Buffer, dictionary: string) =>
  Buffer.concat([
    ofBytes(`%PDF-1.7\n1 0 obj << ${dictionary} >>\nstream\n`),
    Buffer.from(text),
    ofBytes('\nendstream endobj\n%%EOF\n'),
  ]);

/** An entry whose path leads out of the archive; of the same length, so that offsets stay valid. */
const traversal = Buffer.from(
  (await aDocx({ 'aaaaaaaaaa/evil': 'x' }))
    .toString('latin1')
    .replaceAll('aaaaaaaaaa/evil', '../../../../evil'.slice(0, 15)),
  'latin1',
);

test.each([
  ['empty', 'a.txt', Buffer.alloc(0), /it is empty/],
  ['a Windows program', 'a.pdf', ofText('MZ\x90 program'), /Windows program/],
  ['a Linux program', 'a.txt', ofText('\x7fELF'), /Linux program/],
  ['a script', 'a.txt', ofText('#!/bin/sh\nrm -rf /'), /a script/],
  ['an old Office file', 'a.doc', Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1', 'latin1'), /old format/],
  ['gzip', 'a.json', Buffer.from('\x1f\x8b\x08', 'latin1'), /gzip/],
  ['an archive', 'a.zip', zip, /one by one/],
  ['an archive named as a document', 'a.docx', zip, /one by one/],
  ['HTML', 'a.txt', ofText('  <!doctype html><p>'), /HTML, SVG/],
  ['HTML after text', 'a.md', ofText('hello <script>alert(1)</script>'), /HTML, SVG/],
  ['SVG', 'a.svg', ofText('<svg xmlns="x"/>'), /HTML, SVG/],
  ['a macro', 'a.docx', macro, /macros/],
  ['a macro by its content type', 'a.docx', macroType, /macros/],
  ['a ZIP bomb', 'a.docx', bomb, /200 times its size/],
  ['paths that lead out of the archive', 'a.docx', traversal, /path that leads out/],
  ['a macro in a document inside', 'a.docx', macroInside, /macros/],
  ['archives within archives', 'a.docx', russianDolls, /nested too deeply/],
  ['an archive inside that cannot be read', 'a.docx', notAnArchive, /not a ZIP archive/],
  ['an encrypted file inside', 'a.docx', encryptedEntry, /it is encrypted/],
  ['a file inside that is packed in another way', 'a.docx', oddMethod, /in a way that is not read/],
  ['a file inside of another size', 'a.docx', wrongSize, /another size than it states/],
  ['two files of one name', 'a.docx', sameName, /two files of one name/],
  ['a PNG named as a PDF', 'a.pdf', PNG, /ends in \.pdf, but its content is png/],
  ['text named as a PDF', 'a.pdf', ofText('hello'), /ends in \.pdf, but its content is txt/],
  ['invalid JSON', 'a.json', ofText('{oops'), /not JSON/],
  ['binary content', 'a.txt', Buffer.from([1, 2, 3, 0, 255]), /not accepted/],
  ['a PDF followed by an archive', 'a.pdf', Buffer.concat([pdf, zip]), /hidden after/],
  ['an image followed by an archive', 'a.png', Buffer.concat([PNG, zip]), /hidden after/],
  [
    'an image followed by a script',
    'a.png',
    Buffer.concat([PNG, ofText('<script>')]),
    /after its end/,
  ],
  [
    'a PDF that runs code',
    'a.pdf',
    ofText('%PDF-1.7\n/OpenAction << /S /JavaScript >>\n%%EOF'),
    /active content/,
  ],
  ['a PDF followed by a page', 'a.pdf', Buffer.concat([pdf, ofText('<script>')]), /after its end/],
  ['a PDF followed by a program', 'a.pdf', Buffer.concat([pdf, ofBytes('MZ\x90\0')]), /after its/],
  [
    'a PDF that runs code under an escaped name',
    'a.pdf',
    ofText('%PDF-1.7\n<< /S /J#61vaScript >>\n%%EOF'),
    /active content \(JavaScript\)/,
  ],
  ['a PDF with embedded files', 'a.pdf', packedPdf('<< /EmbeddedFiles 3 0 R >>'), /EmbeddedFiles/],
  [
    'a PDF that runs code in a compressed object',
    'a.pdf',
    packedPdf('<< /S /JavaScript /JS 4 0 R >>'),
    /active content/,
  ],
  ['a PDF that submits a form', 'a.pdf', packedPdf('<< /S /SubmitForm >>'), /SubmitForm/],
  [
    'a PDF with one object stream beyond the limit',
    'a.pdf',
    packedPdf(`${' '.repeat(17 * 1024 ** 2)}<< /S /JavaScript /JS 4 0 R >>`),
    /cannot be checked: an object stream unpacks to too much/,
  ],
  ['an encrypted PDF', 'a.pdf', packedPdf('<< >>', 'trailer << /Enc#72ypt 9 0 R >> '), /encrypted/],
  [
    'a PDF with a damaged object stream',
    'a.pdf',
    packedPdf(deflateSync('<< /S /GoTo >>').subarray(0, 9)),
    /an object stream is damaged/,
  ],
  [
    'a PDF with objects packed in another way',
    'a.pdf',
    bytesOfPdf('x', '/Type /ObjStm /Filter [/ASCII85Decode /FlateDecode]'),
    /packed in a way that is not read/,
  ],
  [
    'a PDF with predicted objects',
    'a.pdf',
    bytesOfPdf('x', '/Type /ObjStm /Filter /FlateDecode /DecodeParms << /Predictor 12 >>'),
    /packed in a way that is not read/,
  ],
  [
    'a PDF that runs code in objects that are not packed',
    'a.pdf',
    bytesOfPdf('<< /JS 4 0 R >>', '/Type /ObjStm'),
    /active content \(JS\)/,
  ],
  [
    'a PDF whose dictionary hides its kind',
    'a.pdf',
    bytesOfPdf(
      deflateSync('<< /JS 4 0 R >>'),
      `/Type /O#62jStm /Filter /Flate#44ecode ${' '.repeat(5_000)}`,
    ),
    /active content \(JS\)/,
  ],
  [
    'a PDF with an object stream without an end',
    'a.pdf',
    ofBytes('%PDF-1.7\n1 0 obj << /Type /ObjStm >>\nstream\nxx\n%%EOF\n'),
    /an object stream has no end/,
  ],
  [
    'a PDF that unpacks to too much',
    'a.pdf',
    packedPdf(
      deflateSync(Buffer.alloc(70_000_000)),
      packedPdf(deflateSync(Buffer.alloc(70_000_000)))
        .toString('latin1')
        .repeat(5),
    ),
    /cannot be checked/,
  ],
  [
    'an image followed by a page',
    'a.jpg',
    Buffer.concat([jpeg, ofText('<html>'), jpeg]),
    /another type/,
  ],
  [
    'an image followed by a program',
    'a.jpg',
    Buffer.concat([jpeg, ofBytes('MZ\x90')]),
    /another type/,
  ],
  [
    'an image with a script in it',
    'a.jpg',
    ofBytes('\xff\xd8\xff\xfe<?php x ?>\xff\xd9'),
    /another type/,
  ],
  ['a truncated image', 'a.jpg', jpeg.subarray(0, 6), /truncated/],
  ['white space only', 'a.txt', ofText(' \n\t\n'), /it is empty/],
  ['text named as a program', 'a.exe', ofText('hello'), /ends in \.exe, but its content is txt/],
  ['text named as a page', 'a.html', ofText('hello'), /ends in \.html/],
  ['text named as a document with macros', 'a.docm', ofText('hello'), /ends in \.docm/],
  ['RTF', 'a.txt', ofText('{\\rtf1 hello}'), /RTF/],
  ['text in UTF-16', 'a.txt', Buffer.from('\ufeffhello', 'utf16le'), /save it as UTF-8/],
  ['a truncated PDF', 'a.pdf', pdf.subarray(0, 500), /truncated/],
])('%s is rejected with the reason', async (_, name, content, why) => {
  await expect(sniff(content, name)).rejects.toMatchObject({
    status: 422,
    message: expect.stringMatching(why),
  });
});

test('an entry that unpacks to more than its stated size is rejected', async () => {
  const original = await aZip({
    '[Content_Types].xml': 'x'.repeat(50_000),
    'word/document.xml': 'x',
  });
  const forged = Buffer.from(original);
  const directory = forged.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  forged.writeUInt32LE(10, directory + 24);
  await expect(sniff(forged, 'a.docx')).rejects.toMatchObject({ status: 422 });
});

test.each([
  ['../../etc/passwd', 'passwd.txt'],
  ['..\\..\\win.ini', 'win.txt'],
  ['con.txt', 'evidence.txt'],
  ['...', 'evidence.txt'],
  ['a<b>:"|?*.txt', 'ab.txt'],
  ['r\u202Efdp.txt', 'rfdp.txt'],
  [`${'n'.repeat(400)}.txt`, `${'n'.repeat(120)}.txt`],
])('the name %j becomes harmless', (given, harmless) => {
  expect(safeName(given, 'txt')).toBe(harmless);
});

test('a file built to take long is checked quickly', async () => {
  const before = process.cpuUsage();
  for (const part of ['stream\n', '/ObjStm /FlateDecode stream\n', '#6a/', '%%EOF x']) {
    const content = ofText(`%PDF-1.7\n${part.repeat(Math.ceil(4_000_000 / part.length))}\n%%EOF`);
    await sniff(content, 'a.pdf').catch(() => null);
  }
  // Measures processor time, which other work on the machine does not prolong.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(10_000);
});
