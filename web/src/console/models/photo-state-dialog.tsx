import { useQueryClient } from '@tanstack/react-query';
import { saveModelPhoto } from '../../../../shared/contract/ops-models.ts';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { Pose } from './model-photo.ts';

interface PhotoStateDialogProps {
  readonly pose: Pose;
  /** The newest one is taken into use; otherwise the pose is taken out of it. */
  readonly enabled: boolean;
  readonly url: string | undefined;
  readonly onClose: () => void;
}

export function PhotoStateDialog({
  pose: { name, gender, scene, pose },
  enabled,
  url,
  onClose,
}: PhotoStateDialogProps) {
  const { say } = useText();
  const queries = useQueryClient();
  const saving = useAction(saveModelPhoto, ['reason'], () => {
    void queries.invalidateQueries({ queryKey: ['list-model-photos'] });
    toast(say(enabled ? 'photoUsed' : 'photoStoppedToast'));
    onClose();
  });
  return (
    <ReasonDialog
      title={say(enabled ? 'photoUseTitle' : 'photoStopTitle', { name })}
      submit={say(enabled ? 'photoUse' : 'photoStop')}
      isDanger={!enabled}
      action={saving}
      onSubmit={(reason) => void saving.run({ gender, scene, pose, enabled, reason })}
      onClose={onClose}
    >
      <p>{say(enabled ? 'photoUseText' : 'photoStopText')}</p>
      {url !== undefined && <img className="model-whole" src={url} alt={name} />}
    </ReasonDialog>
  );
}
