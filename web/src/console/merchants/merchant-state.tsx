import { Tag } from '../../ui/state-tag.tsx';
import { useText } from '../use-text.ts';

export function MerchantState({ state }: { readonly state: 'active' | 'suspended' }) {
  const { say } = useText();
  return state === 'active' ? (
    <Tag tone="good">{say('merchantActive')}</Tag>
  ) : (
    <Tag tone="bad">{say('merchantSuspended')}</Tag>
  );
}
