import type { Comparison, CutoutPair } from './compare-cutouts.ts';

const MEAN_IOU = 0.976;
const LEAST_IOU = 0.94;
/** Photos whose masks are exact, since they were composed; there an outline that is better can be told. */
const EXACT = /^d[23]_/;
const EXACT_SHARE = 0.8;

/** Prints the table, what of it misses a goal, and where the sheet is. True: nothing does. */
export function printComparison({ pairs, sheetFile }: Comparison): boolean {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`${'photo'.padEnd(26)}  IoU ours  plain    boundary ours  plain    share   seconds ours  plain (with PNG)`);
  for (const { ours, plain } of pairs) {
    const share = ours.boundaryPx / plain.boundaryPx;
    say(
      `${ours.name.padEnd(26)}  ${ours.iou.toFixed(4)}    ${plain.iou.toFixed(4)}   ${ours.boundaryPx.toFixed(2)} px        ${plain.boundaryPx.toFixed(2)} px   ${share.toFixed(2)}    ${ours.seconds.toFixed(1)}           ${plain.seconds.toFixed(1)}`,
    );
  }
  const [mean, plainMean] = [meanOf(pairs.map(({ ours }) => ours.iou)), meanOf(pairs.map(({ plain }) => plain.iou))];
  say(`${'mean'.padEnd(26)}  ${mean.toFixed(4)}    ${plainMean.toFixed(4)}   of ${pairs.length}`);
  const missed = [
    ...(mean < MEAN_IOU ? [`mean IoU ${mean.toFixed(4)} < ${MEAN_IOU}`] : []),
    ...(mean < plainMean ? ['mean IoU below the plain selector'] : []),
    ...pairs.flatMap(missedBy),
  ];
  for (const line of missed) say(`MISSED ${line}`);
  say(`sheet: ${sheetFile}`);
  return missed.length === 0;
}

function missedBy({ ours, plain }: CutoutPair): string[] {
  const bound = plain.boundaryPx * (EXACT.test(ours.name) ? EXACT_SHARE : 1);
  return [
    ...(ours.iou < LEAST_IOU ? [`${ours.name}: IoU ${ours.iou.toFixed(4)} < ${LEAST_IOU}`] : []),
    ...(ours.boundaryPx > bound
      ? [`${ours.name}: boundary ${ours.boundaryPx.toFixed(2)} > ${bound.toFixed(2)} px`]
      : []),
  ];
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
