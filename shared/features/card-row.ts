import type { Card } from '../contract/card.ts';
import type { SqlValue } from '../db/database.ts';
import { storedPipelineOf } from './plan.ts';
import { isPhotos } from './sample-values.ts';

/** What ordering reads of a card, in the order of save_card_v1's parameters from `p_name_zh` on. */
export function cardRow(card: Card): SqlValue[] {
  return [
    ...[card.nameZh, card.nameEn, card.category, card.descriptionZh, card.descriptionEn],
    ...[card.credits, card.access, card.enabled ? 1 : 0, card.closedZh ?? '', card.closedEn ?? ''],
    ...[maxPhotos(card), JSON.stringify(card.form), JSON.stringify(storedPipelineOf(card))],
    JSON.stringify(card.outputs.map(({ name, contentType }) => ({ name, contentType }))),
    ...[card.partialStep ?? null, card.rateLimit?.limit ?? null, card.rateLimit?.windowSeconds ?? null, card.position],
  ];
}

const maxPhotos = ({ form }: Card): number =>
  form.filter(isPhotos).reduce((sum, field) => sum + (field.type === 'images' ? field.max : 1), 0);
