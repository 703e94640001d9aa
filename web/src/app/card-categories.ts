import type { AppMessage } from './app-messages.ts';

/** Headings of the cards that the product comes with; an operator's own category stands under its own name. */
export const CARD_CATEGORIES: Readonly<Record<string, AppMessage>> = {
  product: 'categoryProduct',
  storyboard: 'categoryStoryboard',
  ai_model: 'categoryModel',
  marketing: 'categoryMarketing',
  video: 'categoryVideo',
};
