import { type Origin, originOf, TEMPLATE_FLAG } from '../ai-label.ts';

/** What a video and its cover say of themselves. */
const VIDEO_MARK = { description: '模板视频 · 非 AI 生成', tool: 'yiying video' } as const;

/** Of a film and its cover: from templates, unless a picture or film that it is made of came from an AI. */
export const filmOrigin = (inputs: readonly { readonly bytes: Uint8Array }[]): Origin =>
  originOf(inputs, { mark: VIDEO_MARK, flags: [TEMPLATE_FLAG] });
