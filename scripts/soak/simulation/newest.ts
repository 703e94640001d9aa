/** `index` counts from the newest. */
export const newest = <T>(values: readonly T[], index: number): T | undefined =>
  values.length === 0 ? undefined : values[values.length - 1 - (index % values.length)];
