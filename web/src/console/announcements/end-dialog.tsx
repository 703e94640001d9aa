import { useQueryClient } from '@tanstack/react-query';
import { endAnnouncement } from '../../../../shared/contract/announcements.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure } from '../../ui/messages.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { Announcement } from './announcement-state.tsx';

interface EndDialogProps {
  readonly announcement: Announcement;
  readonly onClose: () => void;
}

export function EndDialog({ announcement: { announcementId, titleZh, titleEn }, onClose }: EndDialogProps) {
  const { say, language } = useText();
  const queries = useQueryClient();
  const ending = useAction(endAnnouncement, [], () => {
    void queries.invalidateQueries({ queryKey: ['list-announcements'] });
    toast(say('announcementEnded'));
    onClose();
  });
  return (
    <Dialog title={say('announcementEndTitle', { name: language === 'en' ? titleEn : titleZh })} onClose={onClose}>
      <p>{say('announcementEndText')}</p>
      {ending.error !== null && <Failure error={ending.error} />}
      <div className="buttons">
        <button
          type="button"
          className="button button-danger-full"
          disabled={ending.isBusy}
          onClick={() => void ending.run({ announcementId })}
        >
          {say('announcementEnd')}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {say('cancel')}
        </button>
      </div>
    </Dialog>
  );
}
