import { savePreset as operation } from '../../../shared/contract/presets.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { savePreset } from '../../../shared/ops/save-preset.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, input, { write }) => savePreset(db, input, write),
});
