import { scoreCutouts } from './score-cutouts.ts';

/** `npx tsx scripts/quality/print-cutout-scores.ts FOLDER`: a line for each photo that has a mask, and the mean. */
const folder = process.argv[2];
if (!folder) throw new Error('name the folder of photos (x.jpg) and masks (x.mask.png)');
const scores = await scoreCutouts(folder);
for (const { name, iou, boundaryPx, seconds } of scores) {
  process.stdout.write(
    `${name.padEnd(28)} IoU ${iou.toFixed(4)}  boundary ${boundaryPx.toFixed(2)} px  ${seconds.toFixed(1)} s\n`,
  );
}
const mean = scores.reduce((sum, { iou }) => sum + iou, 0) / scores.length;
process.stdout.write(`${'mean'.padEnd(28)} IoU ${mean.toFixed(4)}  of ${scores.length}\n`);
