import { TASK_ERRORS, type TaskErrorCode } from '../../../../shared/contract/errors.ts';
import type { Language } from '../../core/preferences.ts';
import { useText } from '../use-text.ts';

/** Why a task failed, in words; another code than a task's as it is. */
export function causeText(code: string, language: Language): string {
  const known = TASK_ERRORS[code as TaskErrorCode] as (typeof TASK_ERRORS)[TaskErrorCode] | undefined;
  return known?.[language] ?? code;
}

/** Why a task or a unit of it failed. */
export function Cause({ code }: { readonly code: string | undefined }) {
  const { language } = useText();
  if (code === undefined || code === '') return <>–</>;
  return <span title={code}>{causeText(code, language)}</span>;
}
