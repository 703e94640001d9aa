import { ChoiceBar } from '../ui/choice-bar.tsx';
import type { ConsoleMessage } from './console-messages.ts';
import { hashWith, type Query } from './hash-query.ts';
import { useText } from './use-text.ts';

type StateText<S> = readonly [state: S, text: ConsoleMessage];
/** The states of a list, the first of which is shown where the address names none. */
type States<S> = readonly [StateText<S>, ...StateText<S>[]];

export function stateIn<S extends string>(query: Query, states: States<S>): S {
  const asked = query.get('state');
  return (states.find(([one]) => one === asked) ?? states[0])[0];
}

interface StateFilterProps<S> {
  readonly page: string;
  readonly states: States<S>;
  readonly state: S;
}

/** Which state a list shows; it stands in the address. */
export function StateFilter<S extends string>({ page, states, state }: StateFilterProps<S>) {
  const { say } = useText();
  return (
    <ChoiceBar
      legend={say('filterBy')}
      name="state"
      choices={states.map(([one, text]) => [one, say(text)])}
      chosen={state}
      onChoose={(one) => {
        location.hash = hashWith(page, { state: one === states[0][0] ? '' : one });
      }}
    />
  );
}
