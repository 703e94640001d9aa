import { ChannelError } from './channel.ts';
import { yuanToFen } from './yuan.ts';

/** One line of a bill, by the names of its columns. */
export interface BillLine {
  readonly text: (column: string) => string;
  /** Yuan as written, in fen. @throws ChannelError when it is no amount */
  readonly fen: (column: string) => number;
}

/**
 * Columns are found by their names, since their order may change.
 * @param what the channel's bill, for the error's message
 * @returns reads a line's cells; throws ChannelError (`unverified`) when a line has not as many cells as the header
 * @throws ChannelError (`unverified`, bill_columns) when a column is missing or occurs twice
 */
export function readColumns(
  what: string,
  header: readonly string[],
  columns: readonly string[],
): (cells: readonly string[]) => BillLine {
  const at = new Map(columns.map((column) => [column, header.indexOf(column)]));
  for (const [column, index] of at) {
    if (index < 0 || header.indexOf(column, index + 1) >= 0) {
      throw new ChannelError('unverified', 'bill_columns', `${what}, column ${column}`);
    }
  }
  return (cells) => {
    if (cells.length !== header.length) throw new ChannelError('unverified', 'bill_row', what);
    const text = (column: string): string => cells[at.get(column) ?? -1]?.trim() ?? '';
    const fen = (column: string): number => {
      const amount = yuanToFen(text(column));
      if (amount === undefined) throw new ChannelError('unverified', 'bill_amount', `${what}, column ${column}`);
      return amount;
    };
    return { text, fen };
  };
}
