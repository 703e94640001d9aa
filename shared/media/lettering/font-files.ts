/** Noto Sans Hans (SIL Open Font License 1.1): files of the media folder, with their package. */
export const FONT_RESOURCES = {
  regular: { file: 'NotoSansHans-Regular.otf', from: '@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf' },
  bold: { file: 'NotoSansHans-Bold.otf', from: '@embedpdf/fonts-sc/fonts/NotoSansHans-Bold.otf' },
} as const;

export type FontWeight = keyof typeof FONT_RESOURCES;
