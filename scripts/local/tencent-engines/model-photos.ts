import sharp from 'sharp';
import type { Objects } from '../../../shared/cos/objects.ts';
import type { Database } from '../../../shared/db/database.ts';

const POSES = 12;
const GROUNDS = ['#e9e4dc', '#dfe6ea', '#ece7ea', '#e4e8de'];

/** Twelve mannequins, drawn: the local cloud has nobody's photo. One turns more and raises its arms further than the last. */
function drawMannequin(pose: number): Promise<Buffer> {
  const lean = (pose % 4) * 3 - 4.5;
  const arm = 12 + (pose % 6) * 9;
  const skin = '#cdb8a6';
  const limb = (x: number, y: number, turn: number, length: number) =>
    `<rect x="${x - 26}" y="${y}" width="52" height="${length}" rx="26" fill="${skin}" transform="rotate(${turn} ${x} ${y + 20})"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="768" height="1024">
    <rect width="768" height="1024" fill="${GROUNDS[pose % GROUNDS.length]}"/>
    <ellipse cx="384" cy="1000" rx="190" ry="18" fill="#000" fill-opacity=".12"/>
    <g transform="rotate(${lean} 384 900)">
      ${limb(340, 620, 4, 370)}${limb(428, 620, -4, 370)}
      ${limb(262, 300, arm, 330)}${limb(506, 300, -arm, 330)}
      <path d="M262 290 Q384 240 506 290 L480 640 Q384 680 288 640 Z" fill="#efe9e2"/>
      <rect x="352" y="190" width="64" height="90" rx="28" fill="${skin}"/><ellipse cx="384" cy="140" rx="70" ry="86" fill="${skin}"/>
    </g></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
}

/** What an operator does once: photos in the bucket, and a row for each gender, scene and pose. */
export async function installModelPhotos(objects: Objects, db: Database): Promise<void> {
  for (let pose = 0; pose < POSES; pose++) {
    const key = `models/pose-${String(pose + 1).padStart(2, '0')}.jpg`;
    await objects.put(key, await drawMannequin(pose), 'image/jpeg');
    await db.write(
      `REPLACE INTO model_photos (gender, scene, pose, object_key)
       SELECT g.gender, s.scene, ?, ? FROM (SELECT 'female' AS gender UNION ALL SELECT 'male') g
       JOIN (SELECT 'street' AS scene UNION ALL SELECT 'studio' UNION ALL SELECT 'indoor') s`,
      [pose, key],
    );
  }
}
