/** What says in one word whose a row is. A statement finds its rows by one of these, equal to something that is owned. */
const KEYS = new Set(
  [
    'merchant_id',
    'id',
    'task_id',
    'order_id',
    'lot_id',
    'session_id',
    'token_hash',
    'phone',
    'phone_hash',
    'transaction_id',
    'out_trade_no',
    'payment_id',
    'reverses_entry_id',
    'source_key',
  ].values(),
);

/** Parameters that name one merchant, or something of one. */
const NAMES_ONE =
  /^p_(merchant_id|operator_id|new_merchant_id|task_id|order_id|lot_id|token_hash|session_id|phone|former_hash|transaction_id|out_trade_no|refund_id|payment_id|retry_of|withdrawal_id)$/;

export interface LooseStatement {
  readonly table: string;
  readonly statement: string;
}

/**
 * Statements of a procedure that touch a table of merchants' rows without being keyed by one merchant: by a parameter that
 * names one, by what a keyed statement read, or by a join from a keyed table.
 * @param owned tables that have a merchant
 */
export function looseStatements(procedure: string, owned: ReadonlySet<string>): LooseStatement[] {
  const parameters = [...procedure.matchAll(/\bIN (p_\w+)/g)].map(([, name]) => name as string);
  const known = new Set(parameters.filter((name) => NAMES_ONE.test(name)));
  const loose: LooseStatement[] = [];
  for (const statement of statementsOf(procedure)) {
    const tables = tablesOf(statement).filter(({ table }) => owned.has(table));
    const unkeyed = tables.filter((each) => !isKeyed(statement, each, known, new Set([each.alias])));
    loose.push(...unkeyed.map(({ table }) => ({ table, statement })));
    if (unkeyed.length === 0) for (const name of targetsOf(statement, tables.length > 0, known)) known.add(name);
  }
  return loose;
}

/** One line each, without comments; the body of a cursor is a statement too. */
function statementsOf(procedure: string): string[] {
  return procedure
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((text) => text.replaceAll(/\s+/g, ' ').trim())
    .filter((text) => text !== '');
}

interface Table {
  readonly table: string;
  readonly alias: string;
}

const NO_ALIAS = /^(?:WHERE|SET|ON|FOR|ORDER|JOIN|VALUES|SELECT|LIMIT|LEFT)$/i;

function tablesOf(statement: string): Table[] {
  const named = /\b(?:FROM|JOIN|UPDATE|INSERT(?: IGNORE)? INTO)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?/gi;
  return [...statement.matchAll(named)].map(([, table, alias]) => ({
    table: table as string,
    alias: alias === undefined || NO_ALIAS.test(alias) ? (table as string) : alias,
  }));
}

function isKeyed(statement: string, { table, alias }: Table, known: Set<string>, seen: Set<string>): boolean {
  if (new RegExp(String.raw`\bINSERT(?: IGNORE)? INTO ${table}\b`).test(statement))
    return insertsOwn(statement, table, known);
  const where = statement.slice(statement.search(/\b(?:WHERE|ON)\b/));
  // A condition beside an OR narrows nothing; what stands in brackets is one condition.
  const conditions = where.replaceAll(/\([^()]*\)/g, '()');
  if (/\bOR\b/.test(conditions)) return false;
  return [...conditions.matchAll(/(?:(\w+)\.)?(\w+) = (?:(\w+)\.)?(\w+)\b(?!\()/g)].some(
    ([, left, column, right, value]) => {
      if (left === undefined || left === alias) {
        if (!KEYS.has(column as string)) return false;
        if (right === undefined) return known.has(value as string);
      }
      return joinsFrom(statement, { left, column, right, value, alias }, known, seen);
    },
  );
}

interface Equality {
  readonly left: string | undefined;
  readonly column: string | undefined;
  readonly right: string | undefined;
  readonly value: string | undefined;
  readonly alias: string;
}

/** `l.id = e.lot_id`: `l` is as well keyed as `e` is. */
function joinsFrom(
  statement: string,
  { left, column, right, value, alias }: Equality,
  known: Set<string>,
  seen: Set<string>,
): boolean {
  if (left === undefined || right === undefined || (left !== alias && right !== alias)) return false;
  const from = left === alias ? right : left;
  if (!KEYS.has((left === alias ? column : value) as string) || seen.has(from)) return false;
  const other = tablesOf(statement).find((each) => each.alias === from);
  return other !== undefined && isKeyed(statement, other, known, new Set([...seen, from]));
}

/** The row that is written names its merchant, or hangs from a key that does. */
function insertsOwn(statement: string, table: string, known: Set<string>): boolean {
  const columns = new RegExp(String.raw`INTO ${table} \(([^)]*)\)`).exec(statement)?.[1]?.split(/,\s*/) ?? [];
  const values = /\b(?:VALUES \(|SELECT )(.*)$/.exec(statement)?.[1]?.split(/,\s*/) ?? [];
  const at = columns.indexOf(table === 'merchants' ? 'id' : 'merchant_id');
  return at >= 0 && known.has((values[at] ?? '').replace(/\).*$/, ''));
}

/** Variables that this statement makes known: read by a keyed statement, or made from what is known alone. */
function targetsOf(statement: string, reads: boolean, known: Set<string>): string[] {
  if (reads) {
    const into = /\bINTO (v_\w+(?:, v_\w+)*) FROM\b/.exec(statement)?.[1]?.split(', ') ?? [];
    return statement.startsWith('SELECT') || statement.includes(' SELECT ') ? into : [];
  }
  const fetched = /^(?:.* )?FETCH \w+ INTO (.*)$/.exec(statement)?.[1]?.split(', ') ?? [];
  const set = /\bSET (v_\w+) = (.*)$/.exec(statement);
  const made =
    set && [...(set[2] as string).matchAll(/\b[pv]_\w+/g)].every(([name]) => known.has(name)) ? [set[1] as string] : [];
  return [...fetched, ...made];
}
