import { useSyncExternalStore } from 'react';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
  readonly action?: ToastAction;
}

export interface ToastAction {
  readonly text: string;
  readonly run: () => void;
}

const SHOWN_MS = 5000;
const ACTION_SHOWN_MS = 12_000;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

const forget = (gone: number): void => publish(toasts.filter(({ id }) => id !== gone));

/** Says something for a while; screen readers hear it too. What its button does must be possible elsewhere as well. */
export function toast(text: string, tone: Toast['tone'] = 'good', action?: ToastAction): void {
  const id = nextId++;
  publish([...toasts, { id, text, tone, ...(action && { action }) }]);
  setTimeout(() => forget(id), action ? ACTION_SHOWN_MS : SHOWN_MS);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, tone, action }) => (
        <p key={id} className={`toast toast-${tone}`}>
          {text}
          {action && (
            <button
              type="button"
              className="link toast-action"
              onClick={() => {
                forget(id);
                action.run();
              }}
            >
              {action.text}
            </button>
          )}
        </p>
      ))}
    </div>
  );
}
