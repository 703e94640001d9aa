import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { createTask } from '../../../../shared/contract/tasks.ts';
import { FieldGroup } from '../../ui/field.tsx';
import { Failure } from '../../ui/messages.tsx';
import { useCallKey } from '../../ui/use-call-key.ts';
import { KeptAsset } from '../library/kept-asset.tsx';
import { go } from '../router.ts';
import { outdate } from '../use-endless.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { type Card, photoFieldOf } from './card-form.ts';
import { CostSummary } from './cost-summary.tsx';
import { FormFields } from './form-fields.tsx';
import { useCardForm } from './use-card-form.ts';

interface AssetFormProps {
  readonly card: Card;
  /** The picture that stands for the photo; undefined for a card that takes none. */
  readonly assetId: string | undefined;
}

/** A task of which nothing is to be uploaded. */
export function AssetForm({ card, assetId }: AssetFormProps) {
  const { say, language } = useText();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const form = useCardForm(card);
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { keyOf, forget } = useCallKey();

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!form.check(true) || isSending) return;
    const values = form.filled();
    const input = {
      featureId: card.featureId,
      inputs: assetId === undefined ? [] : [{ assetId }],
      ...(values && { form: { ...values } }),
    };
    setSending(true);
    setError(null);
    try {
      const { taskId } = await client.call(createTask, input, { idempotencyKey: keyOf(JSON.stringify(input)) });
      forget();
      void outdate(queries, 'tasks', 'quota', 'entries');
      go(`#/tasks/${taskId}`);
    } catch (failure) {
      setError(failure);
      setSending(false);
    }
  };
  const field = photoFieldOf(card);
  return (
    <form className="create" onSubmit={(event) => void submit(event)} noValidate>
      <div className="create-fields">
        {error !== null && <Failure error={error} />}
        <FormFields
          form={form}
          photos={
            assetId !== undefined && (
              <FieldGroup id="source" label={(language === 'en' ? field?.labelEn : field?.labelZh) ?? say('photos')}>
                <KeptAsset assetId={assetId}>
                  <a href={`#/create/${card.featureId}`}>{say('otherPhoto')}</a>
                </KeptAsset>
              </FieldGroup>
            )
          }
        />
      </div>
      <CostSummary card={card} photos={1} isBusy={isSending} />
    </form>
  );
}
