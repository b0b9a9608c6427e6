/** Characters beyond Latin-1 that the standard PDF fonts have. */
const ALSO = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
const LIKE: Record<string, string> = {
  '−': '-',
  '‐': '-',
  '‑': '-',
  '→': '->',
  '←': '<-',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
};

/** Text in characters of the standard fonts: drops accents where needed; other characters become question marks. */
export function latinOf(text: string): { text: string; isWhole: boolean } {
  let isWhole = true;
  const shown = [...text.normalize('NFC')].map((character) => {
    if (isShown(character)) return character;
    const like = LIKE[character];
    if (like !== undefined) return like;
    if (/^[\p{Cc}\p{Cf}]$/u.test(character)) return character === '\t' ? ' ' : '';
    const plain = [...character.normalize('NFKD')].filter((part) => !/^\p{M}$/u.test(part));
    if (plain.length > 0 && plain.every(isShown)) return plain.join('');
    isWhole = false;
    return '?';
  });
  return { text: shown.join(''), isWhole };
}

function isShown(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (
    character === '\n' ||
    (code >= 32 && code < 127) ||
    (code >= 160 && code < 256) ||
    ALSO.includes(character)
  );
}
