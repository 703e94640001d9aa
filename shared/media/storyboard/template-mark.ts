/** What every frame of the template storyboard, and its grid, says of itself. */
export const TEMPLATE_MARK = { description: '模板分镜 · 非 AI 生成', tool: 'yiying template-storyboard' } as const;
