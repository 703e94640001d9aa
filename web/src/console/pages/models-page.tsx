import { useQuery } from '@tanstack/react-query';
import { listModelPhotos } from '../../../../shared/contract/ops-models.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { useConsole } from '../console-context.ts';
import type { Query } from '../hash-query.ts';
import type { ModelPhoto } from '../models/model-photo.ts';
import { ModelTile } from '../models/model-tile.tsx';
import { PageHead } from '../page-head.tsx';
import { StateFilter, stateIn } from '../state-filter.tsx';
import { useText } from '../use-text.ts';

const SETS = [
  ['female-street', 'femaleStreet'],
  ['female-studio', 'femaleStudio'],
  ['female-indoor', 'femaleIndoor'],
  ['male-street', 'maleStreet'],
  ['male-studio', 'maleStudio'],
  ['male-indoor', 'maleIndoor'],
] as const;
const POSES = 12;

/** The photos of models that try-on uses, those of one gender and scene at a time. */
export function ModelsPage({ query }: { readonly query: Query }) {
  const { say } = useText();
  const { client } = useConsole();
  const photos = useQuery({
    queryKey: ['list-model-photos'],
    queryFn: ({ signal }) => client.call(listModelPhotos, {}, { signal }),
  });
  const set = stateIn(query, SETS);
  return (
    <div className="page page-wide">
      <PageHead title={say('models')} lead={say('modelsLead')} />
      <StateFilter page="models" states={SETS} state={set} />
      <Loaded query={photos}>
        {({ items, missing }) => (
          <>
            <p className={missing > 0 ? 'warn-text' : 'muted'} role="status">
              {missing > 0 ? say('modelsMissing', { n: missing }) : say('modelsWhole')}
            </p>
            <Poses set={set} photos={items} />
          </>
        )}
      </Loaded>
    </div>
  );
}

interface PosesProps {
  readonly set: (typeof SETS)[number][0];
  readonly photos: readonly ModelPhoto[];
}

function Poses({ set, photos }: PosesProps) {
  const { say } = useText();
  const [gender, scene] = set.split('-') as [ModelPhoto['gender'], ModelPhoto['scene']]; // of the list above
  return (
    <ul className="models">
      {Array.from({ length: POSES }, (_, pose) => (
        <ModelTile
          // biome-ignore lint/suspicious/noArrayIndexKey: the pose is its number
          key={`${set}-${pose}`}
          pose={{ gender, scene, pose, name: say('pose', { n: pose + 1 }) }}
          photo={photos.find((one) => one.gender === gender && one.scene === scene && one.pose === pose)}
        />
      ))}
    </ul>
  );
}
