import { clothFrame } from './cloth-frame.ts';
import { hemFrame, sideFrame, topFrame } from './detail-frames.ts';
import type { FrameDesign } from './frame.ts';
import { pairFrame, paletteFrame, sizeFrame } from './set-frames.ts';
import { archFrame, sandFrame, studioFrame, toneFrame, whiteFrame } from './whole-frames.ts';

/** The twelve frames, in their order. */
export const FRAME_DESIGNS: readonly FrameDesign[] = [
  { name: '01-white', zh: '白底主图', en: 'White', draw: whiteFrame },
  { name: '02-studio', zh: '影棚正面', en: 'Studio', draw: studioFrame },
  { name: '03-sand', zh: '暖沙斜放', en: 'Sand', draw: sandFrame },
  { name: '04-arch', zh: '冷调拱门', en: 'Arch', draw: archFrame },
  { name: '05-upper-detail', zh: '上部细节', en: 'Upper detail', draw: topFrame },
  { name: '06-side-detail', zh: '侧边细节', en: 'Side detail', draw: sideFrame, foot: 'taken' },
  { name: '07-hem-detail', zh: '下摆细节', en: 'Hem detail', draw: hemFrame },
  { name: '08-fabric', zh: '面料纹理', en: 'Fabric', draw: clothFrame, foot: 'taken' },
  { name: '09-pair', zh: '双件构图', en: 'Pair', draw: pairFrame },
  { name: '10-colours', zh: '配色', en: 'Colours', draw: paletteFrame },
  { name: '11-size', zh: '尺寸示意', en: 'Size', draw: sizeFrame },
  { name: '12-tone', zh: '同色场景', en: 'Tone', draw: toneFrame },
];
