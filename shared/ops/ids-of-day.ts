import { firstIdOf } from '../id.ts';
import { DAY_MS, startOfShanghaiDay } from '../shanghai-day.ts';

/** The ids of one kind that were made on a day in China: from the first, before the second. */
export const idsOfDay = (prefix: string, day: string): [first: string, next: string] => [
  firstIdOf(prefix, startOfShanghaiDay(day)),
  firstIdOf(prefix, startOfShanghaiDay(day) + DAY_MS),
];
