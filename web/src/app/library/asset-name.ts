import { outputName } from '../output-name.ts';
import type { Say } from '../use-text.ts';
import type { Asset } from './use-assets.ts';

/** What an asset is called: the kind of result, or which photo it is. */
export function assetName({ kind, name }: Pick<Asset, 'kind' | 'name'>, say: Say): string {
  return kind === 'photo' ? say('photoOf', { n: Number(name) + 1 }) : outputName(name, say);
}
