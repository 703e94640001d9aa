/** What a video and its cover say of themselves. */
export const VIDEO_MARK = { description: '模板视频 · 非 AI 生成', tool: 'yiying video' } as const;
