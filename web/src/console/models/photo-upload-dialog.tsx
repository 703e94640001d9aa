import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as z from 'zod/mini';
import { saveModelPhoto } from '../../../../shared/contract/ops-models.ts';
import { photoKind } from '../../core/photo-kind.ts';
import { putObject } from '../../core/put-object.ts';
import { describedBy, Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toasts.tsx';
import type { ConsoleMessage } from '../console-messages.ts';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { Pose } from './model-photo.ts';

const MAX_BYTES = 10 * 1024 * 1024;
type Slot = NonNullable<z.output<typeof saveModelPhoto.output>['upload']>;

/** Sends a photo of a pose, which then waits for somebody to take it into use. */
export function PhotoUploadDialog({ pose, onClose }: { readonly pose: Pose; readonly onClose: () => void }) {
  const { say } = useText();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [problem, setProblem] = useState<ConsoleMessage | null>(null);
  const [isSending, setSending] = useState(false);
  const send = async (body: File, { url, headers }: Slot): Promise<void> => {
    setSending(true);
    const signal = AbortSignal.timeout(5 * 60_000);
    const outcome = await putObject({ url, headers, body, onProgress: () => undefined, signal });
    setSending(false);
    void queries.invalidateQueries({ queryKey: ['list-model-photos'] });
    if (outcome !== 'sent') return setProblem('photoNotSent');
    toast(say('photoSent'));
    onClose();
  };
  const saving = useAction(saveModelPhoto, ['reason'], ({ upload }) => {
    if (file && upload) void send(file, upload);
  });
  const submit = async (reason: string): Promise<void> => {
    if (!file) return setProblem('photoFileNone');
    if (file.size > MAX_BYTES) return setProblem('photoFileBig');
    const contentType = photoKind(new Uint8Array(await file.slice(0, 16).arrayBuffer()));
    if (contentType !== 'image/jpeg' && contentType !== 'image/png') return setProblem('photoFileBad');
    setProblem(null);
    const { gender, scene, pose: number } = pose;
    await saving.run({
      gender,
      scene,
      pose: number,
      enabled: false,
      reason,
      upload: { contentType, sizeBytes: file.size },
    });
  };
  const frame = {
    ...{ id: 'model-file', label: say('photoFile'), hint: say('photoFileHint') },
    error: problem === null ? undefined : say(problem),
  };
  return (
    <ReasonDialog
      title={say('photoUploadTitle', { name: pose.name })}
      submit={say('photoUpload')}
      action={{ ...saving, isBusy: saving.isBusy || isSending }}
      onSubmit={(reason) => void submit(reason)}
      onClose={onClose}
    >
      <Field {...frame}>
        <input
          {...describedBy(frame)}
          type="file"
          accept="image/jpeg,image/png"
          onChange={(event) => {
            setProblem(null);
            setFile(event.target.files?.[0] ?? null);
          }}
        />
      </Field>
    </ReasonDialog>
  );
}
