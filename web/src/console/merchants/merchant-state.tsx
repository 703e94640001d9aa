import { Tag } from '../../ui/state-tag.tsx';
import { useText } from '../use-text.ts';
import type { MerchantDetail } from './use-merchant.ts';

const STATES = {
  active: ['merchantActive', 'good'],
  suspended: ['merchantSuspended', 'bad'],
  deleted: ['merchantDeleted', 'plain'],
} as const;

export function MerchantState({ state }: Pick<MerchantDetail, 'state'>) {
  const { say } = useText();
  const [text, tone] = STATES[state];
  return <Tag tone={tone}>{say(text)}</Tag>;
}
