/** Mutants that change nothing that anybody could see, each with the reason. */
export const EXPLAINED: Readonly<Record<string, string>> = {};

/** What is wrong: a survivor without a reason, a reason for a mutant that was noticed or is no more. */
export function explainedSurvivors(
  survivors: readonly string[],
  tried: readonly string[],
  explained = EXPLAINED,
): string[] {
  return [
    ...survivors.filter((name) => !(name in explained)).map((name) => `nobody noticed: ${name}`),
    ...Object.keys(explained)
      .filter((name) => !survivors.includes(name))
      .map((name) => `explained for nothing: ${name}${tried.includes(name) ? ' was noticed' : ' is no mutant'}`),
  ];
}
