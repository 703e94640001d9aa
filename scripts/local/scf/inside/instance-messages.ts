/** What the runtime and an instance say to each other. Events and replies cross as JSON text, as on the platform. */
export interface InstanceInit {
  readonly kind: 'init';
  /** `index.js` of the built function. */
  readonly file: string;
  /** The export to call. */
  readonly handler: string;
  readonly functionName: string;
  readonly namespace: string;
  readonly region: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly clockOffsetMs: number;
}

export interface InstanceEvent {
  readonly kind: 'event';
  readonly requestId: string;
  readonly eventText: string;
  readonly clockOffsetMs: number;
}

export interface ClockMoved {
  readonly kind: 'clock';
  readonly clockOffsetMs: number;
}

export type ToInstance = InstanceInit | InstanceEvent | ClockMoved;

export interface UserError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

export type FromInstance =
  | { readonly kind: 'ready'; readonly codeCache: string }
  | { readonly kind: 'initFailed'; readonly error: UserError }
  | { readonly kind: 'reply'; readonly requestId: string; readonly text: string; readonly memoryMb: number }
  | { readonly kind: 'threw'; readonly requestId: string; readonly error: UserError }
  /** An exception that nobody caught: the instance ends. */
  | { readonly kind: 'crashed'; readonly error: UserError }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string };

/** How the code inside an instance reaches the runtime: a thread's port or a process's channel. */
export interface InstanceLink {
  readonly send: (message: FromInstance, sent?: () => void) => void;
  readonly onMessage: (listener: (message: ToInstance) => void) => void;
  /** Called after a reply: stands still until the next event (a process is stopped from outside instead). */
  readonly freeze: () => void;
}
