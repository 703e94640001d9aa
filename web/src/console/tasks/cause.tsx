import { TASK_ERRORS, type TaskErrorCode } from '../../../../shared/contract/errors.ts';
import { useText } from '../use-text.ts';

/** Why a task or a unit of it failed, in words; another code than a task's as it is. */
export function Cause({ code }: { readonly code: string | undefined }) {
  const { language } = useText();
  if (code === undefined || code === '') return <>–</>;
  const known = TASK_ERRORS[code as TaskErrorCode] as (typeof TASK_ERRORS)[TaskErrorCode] | undefined;
  return <span title={code}>{known?.[language] ?? code}</span>;
}
