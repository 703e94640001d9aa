import { AUDIT_ACTIONS, type AuditAction } from './audit-actions.ts';
import { useText } from './use-text.ts';

/** What an operator did, in words; another action than those that are known as it is. */
export function ActionName({ action }: { readonly action: string }) {
  const { language } = useText();
  const words = AUDIT_ACTIONS[action as AuditAction] as readonly [string, string] | undefined;
  return <>{words?.[language === 'en' ? 1 : 0] ?? action}</>;
}
