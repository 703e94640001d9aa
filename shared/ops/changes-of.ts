/** Of what differs, what it was and what it is. */
export function changesOf<Values extends object>(before: Values, after: Values) {
  const names = (Object.keys(after) as (keyof Values & string)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const only = (all: Values) => Object.fromEntries(names.map((name) => [name, all[name]]));
  return { before: only(before), after: only(after) };
}
