import type { Fold } from './garment-pattern.ts';
import type { RandomStream } from './random-stream.ts';
import { between } from './seeded-random.ts';

/** Creases that start near a point and spread around a direction, as from an armpit or a waistband. */
export function fanOfFolds(
  random: RandomStream,
  fan: { x: number; y: number; spread: number; degrees: number; turn: number; length: number; count: number },
): Fold[] {
  return Array.from({ length: fan.count }, () => ({
    x: fan.x + between(random, -fan.spread, fan.spread),
    y: fan.y + between(random, -fan.spread, fan.spread),
    degrees: fan.degrees + between(random, -fan.turn, fan.turn),
    length: fan.length * between(random, 0.45, 1.15),
    width: between(random, 7, 20),
    height: between(random, 3.5, 10) * (random() < 0.25 ? -1 : 1),
  }));
}

/** The same on the right and on the left, each with chances of its own. */
export function fansOnBothSides(random: RandomStream, fan: Parameters<typeof fanOfFolds>[1]): Fold[] {
  return [...fanOfFolds(random, fan), ...fanOfFolds(random, { ...fan, x: -fan.x, degrees: 180 - fan.degrees })];
}
