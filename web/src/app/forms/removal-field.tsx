import { useEffect, useState } from 'react';
import type { Marks } from '../../../../shared/contract/marks.ts';
import { FieldGroup } from '../../ui/field.tsx';
import { useText } from '../use-text.ts';
import { MarksDrawing } from './marks-drawing.tsx';

interface RemovalFieldProps {
  readonly label: string;
  readonly photo: File;
  readonly marks: Marks;
  readonly error: string | undefined;
  readonly onChange: (marks: Marks) => void;
}

/** What is to go from the photo that was chosen, painted over before it is sent. */
export function RemovalField({ label, photo, marks, error, onChange }: RemovalFieldProps) {
  const { say } = useText();
  const photoUrl = useObjectUrl(photo);
  return (
    <FieldGroup id="removal" label={label} hint={say('removalLead')} error={error}>
      {photoUrl !== null && <MarksDrawing use="removal" photoUrl={photoUrl} marks={marks} onChange={onChange} />}
    </FieldGroup>
  );
}

/** An address of the file itself, for as long as it is shown. */
function useObjectUrl(file: File): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}
