import type { Card } from '../../../../shared/contract/card.ts';
import { FormFields } from '../../app/forms/form-fields.tsx';
import { useCardForm } from '../../app/forms/use-card-form.ts';
import { Icon } from '../../ui/icon.tsx';
import { useText } from '../use-text.ts';

/** What merchants will see of the card: the very controls of their workspace, which can be filled in here. */
export function CardPreview({ card }: { readonly card: Card }) {
  const { say, language } = useText();
  const form = useCardForm(card);
  const isEnglish = language === 'en';
  return (
    <div className="panel card-preview">
      <h3>{isEnglish ? card.nameEn : card.nameZh}</h3>
      <p className="muted">{isEnglish ? card.descriptionEn : card.descriptionZh}</p>
      <FormFields
        form={form}
        photos={
          <div className="preview-photo">
            <Icon name="image" size={28} /> {say('previewPhoto')}
          </div>
        }
      />
      <p className="hint">{say('previewCost', { n: card.credits })}</p>
    </div>
  );
}
