import type { Settings } from './settings.ts';

/** Those that pages follow, for everybody to read. */
export const toldSettings = ({ signUp, batchPhotos, creditsLow, supportContact }: Settings) => ({
  ...{ signUp, batchPhotos, creditsLow },
  ...(supportContact !== '' && { supportContact }),
});
