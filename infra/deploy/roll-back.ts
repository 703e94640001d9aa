import { LIVE } from './desired-function.ts';
import { readVersionText, withMark } from './function-mark.ts';
import { settle, type Timing } from './paced-call.ts';
import { allPages, type DeployedFunction, listDeployed } from './read-deployed.ts';
import type { ScfCall } from './scf-call.ts';
import { waitUntilActive } from './wait-until-active.ts';

export interface RollBackOptions {
  readonly call: ScfCall;
  readonly timing: Timing;
  readonly say: (line: string) => void;
  /** Back to what served after this release; without it, to what served before the newest one. */
  readonly release?: string | undefined;
  /** These alone. */
  readonly only?: readonly string[] | undefined;
}

interface Version {
  readonly number: string;
  readonly release: string;
}

interface Candidate {
  readonly place: DeployedFunction;
  readonly live: Version | null;
  /** Newest first. */
  readonly versions: readonly Version[];
}

export class RollBackImpossible extends Error {
  override readonly name = 'RollBackImpossible';
}

/**
 * Moves aliases back, and nothing else: every version that served is still there, code and configuration frozen. A
 * function that the undone release did not touch keeps its version; one that did not exist before is left, and said so.
 * The next deploy sees the mark and brings back what the file says.
 * @throws RollBackImpossible
 */
export async function rollBack(namespaces: readonly string[], options: RollBackOptions): Promise<string[]> {
  const { call, timing, say, only } = options;
  const deployed = await settle(() => listDeployed(call, namespaces), timing);
  const ours = deployed.filter(({ mark, name }) => mark !== null && (only?.includes(name) ?? true));
  const candidates = await Promise.all(ours.map((place) => settle(() => readCandidate(call, place), timing)));
  const target = options.release ?? previousRelease(candidates);
  const moved: string[] = [];
  say(`back to release ${target}`);
  for (const { place, live, versions } of candidates) {
    if (live === null || live.release <= target) continue;
    const to = versions.find(({ release }) => release <= target);
    if (to === undefined) {
      say(`left: ${place.name} did not exist in release ${target}`);
      continue;
    }
    await settle(() => moveBack(options, place, to), timing);
    moved.push(place.name);
    say(`✓ ${place.name} version ${live.number} → ${to.number}`);
  }
  return moved;
}

function previousRelease(candidates: readonly Candidate[]): string {
  const newest = candidates
    .flatMap(({ live }) => (live ? [live.release] : []))
    .sort()
    .at(-1);
  const older = candidates
    .flatMap(({ versions }) => versions.map(({ release }) => release))
    .filter((release) => newest !== undefined && release < newest)
    .sort()
    .at(-1);
  if (older === undefined) throw new RollBackImpossible('there is no earlier release to go back to');
  return older;
}

async function readCandidate(call: ScfCall, place: DeployedFunction): Promise<Candidate> {
  const at = { FunctionName: place.name, Namespace: place.namespace };
  const listed = await allPages(async (Offset, Limit) => {
    const page = await call('ListVersionByFunction', { ...at, Offset, Limit });
    return { items: page.Versions ?? [], total: page.TotalCount ?? 0 };
  });
  const { FunctionVersion } = await call('GetAlias', { ...at, Name: LIVE });
  const versions = listed
    .flatMap(({ Version, Description }) => {
      const release = readVersionText(Description)?.release;
      return release === undefined ? [] : [{ number: Version, release }];
    })
    .sort((a, b) => Number(b.number) - Number(a.number));
  return { place, versions, live: versions.find(({ number }) => number === FunctionVersion) ?? null };
}

async function moveBack({ call, timing }: RollBackOptions, place: DeployedFunction, to: Version): Promise<void> {
  const at = { FunctionName: place.name, Namespace: place.namespace };
  const { Description = '' } = await waitUntilActive(call, place, timing);
  const { hash = '', release = '' } = place.mark ?? {};
  // The mark first: were it the other way round, a rollback that is cut off would look like a finished deploy.
  const words = Description.replace(/\s*yiying \w+ [0-9a-f]{16} release \S+$/, '');
  await call('UpdateFunctionConfiguration', {
    ...at,
    Description: withMark(words, { state: 'rolledback', hash, release }),
  });
  await waitUntilActive(call, place, timing);
  await call('UpdateAlias', {
    ...at,
    Name: LIVE,
    FunctionVersion: to.number,
    RoutingConfig: { AdditionalVersionWeights: [] },
  });
}
