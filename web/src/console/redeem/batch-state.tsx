import { Tag } from '../../ui/state-tag.tsx';
import { useText } from '../use-text.ts';
import type { RedeemBatch } from './use-batches.ts';

export const isOver = ({ revokedAtMs, expiresAtMs }: RedeemBatch): boolean =>
  revokedAtMs !== undefined || expiresAtMs <= Date.now();

export function BatchState({ batch }: { readonly batch: RedeemBatch }) {
  const { say } = useText();
  if (batch.revokedAtMs !== undefined) return <Tag tone="bad">{say('batchRevoked')}</Tag>;
  if (isOver(batch)) return <Tag tone="plain">{say('batchExpired')}</Tag>;
  return <Tag tone="good">{say('batchLive')}</Tag>;
}
