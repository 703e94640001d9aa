/** A result: which task, step and unit made it, and its name. */
export interface ResultId {
  readonly taskId: string;
  readonly step: number;
  readonly unit: number;
  readonly name: string;
}

export const resultId = ({ taskId, step, unit, name }: ResultId): string => `${taskId}/${step}/${unit}/${name}`;

export const photoId = ({ taskId, n }: { taskId: string; n: number }): string => `${taskId}/${n}`;

/** @returns undefined for a photo's id; the contract has checked that it is one of both */
export function parseResultId(assetId: string): ResultId | undefined {
  const [taskId = '', step, unit, name] = assetId.split('/');
  if (unit === undefined || name === undefined) return undefined;
  return { taskId, step: Number(step), unit: Number(unit), name };
}

/** @returns undefined for a result's id */
export function parsePhotoId(assetId: string): { taskId: string; n: number } | undefined {
  const [taskId = '', n, ...more] = assetId.split('/');
  return n === undefined || more.length > 0 ? undefined : { taskId, n: Number(n) };
}
