/** Text that spreadsheets read as a formula, including after white space and in full width. */
const FORMULA = /^\s*[=+\-@|%＝＋－＠]|^[\t\r\n']/;

/** Text that stays text when a spreadsheet opens it: an apostrophe is put before the start of a formula. */
export function cellText(text: string): string {
  return FORMULA.test(text) && text !== '-' ? `'${text}` : text;
}

/** The text of a cell that `cellText` wrote. */
export function textOfCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
