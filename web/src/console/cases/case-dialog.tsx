import { useQueryClient } from '@tanstack/react-query';
import type * as z from 'zod/mini';
import { type listCases, resolveCase } from '../../../../shared/contract/ops-work.ts';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import { CASE_CLASSES } from './case-text.ts';

interface CaseDialogProps {
  readonly found: z.output<typeof listCases.output>['items'][number];
  readonly onClose: () => void;
}

/** Ends a case that somebody has worked off, with a note of how. */
export function CaseDialog({ found, onClose }: CaseDialogProps) {
  const { say } = useText();
  const queries = useQueryClient();
  const [what, how] = CASE_CLASSES[found.class];
  const ending = useAction(resolveCase, ['note'], () => {
    void queries.invalidateQueries({ queryKey: ['list-cases'] });
    toast(say('caseEnded'));
    onClose();
  });
  return (
    <ReasonDialog
      title={say(what)}
      submit={say('workOff')}
      field="note"
      action={ending}
      onSubmit={(note) => void ending.run({ caseId: found.caseId, note })}
      onClose={onClose}
    >
      <p>{say(how)}</p>
      <p className="hint mono">{found.subject}</p>
    </ReasonDialog>
  );
}
