import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type CutoutScore, scoreCutouts } from '../../../scripts/quality/score-cutouts.ts';

const photos = process.env['YIYING_PHOTOS'] ?? '';
const has = photos !== '' && existsSync(photos);

it.runIf(has || process.env['CI'] === 'true')(
  'cuts the masked photos out as well as was measured',
  async () => {
    expect(has, 'YIYING_PHOTOS must name the folder of test photos').toBe(true);
    const scores = await scoreCutouts(photos);
    process.stdout.write(`${scores.map(line).join('\n')}\n`);
    const ious = scores.map(({ iou }) => iou);
    expect(scores).toHaveLength(5);
    expect(ious.reduce((sum, iou) => sum + iou, 0) / ious.length).toBeGreaterThanOrEqual(0.972);
    expect(Math.min(...ious)).toBeGreaterThanOrEqual(0.94);
    const boundary = new Map(scores.map(({ name, boundaryPx }) => [name, boundaryPx]));
    expect(boundary.get('d2_hoodie_wall')).toBeLessThanOrEqual(0.3);
    expect(boundary.get('d3_white_tee_offwhite')).toBeLessThanOrEqual(0.36);
  },
  300_000, // 8 s of an idle core a photo; a shared one may be ten times slower
);

const line = ({ name, iou, boundaryPx, seconds }: CutoutScore): string =>
  `${name.padEnd(26)} IoU ${iou.toFixed(4)}  boundary ${boundaryPx.toFixed(2)} px  ${seconds.toFixed(1)} s`;

if (!has) process.stderr.write('SKIPPED: cut-out scores, since YIYING_PHOTOS names no folder\n');
