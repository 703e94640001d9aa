/** A number is a cell of its own kind; a text may have come from anybody. */
export type CsvCell = string | number;

/** Excel takes UTF-8 for a local encoding unless the file begins with this. */
export const CSV_MARK = '\ufeff';

/** What a spreadsheet would run, or take for the beginning of a formula (https://owasp.org/www-community/attacks/CSV_Injection). */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** One row, ended. A text that could be a formula is made inert by an apostrophe; numbers, which are ours, stand as they are. */
export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : quoted(cell))).join(',')}\r\n`;
}

function quoted(text: string): string {
  const inert = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) || inert !== text ? `"${inert.replaceAll('"', '""')}"` : inert;
}
