import type { OpenCv } from './open-cv.ts';

/** The connected parts (4 neighbours) of a mask, each as the positions of its pixels, in reading order. */
export function labelParts(cv: OpenCv, mask: Uint8Array, width: number, height: number): number[][] {
  const binary = new cv.Mat(height, width, cv.CV_8UC1);
  const labels = new cv.Mat();
  const stats = new cv.Mat();
  const centres = new cv.Mat();
  try {
    binary.data.set(mask);
    const count = cv.connectedComponentsWithStats(binary, labels, stats, centres, 4);
    const parts: number[][] = Array.from({ length: count }, () => []);
    const label = labels.data32S;
    for (let i = 0; i < label.length; i++) if (label[i]) parts[label[i]!]!.push(i);
    return parts.slice(1);
  } finally {
    for (const mat of [binary, labels, stats, centres]) mat.delete();
  }
}
