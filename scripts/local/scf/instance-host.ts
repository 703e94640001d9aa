import type { FromInstance, ToInstance } from './inside/instance-messages.ts';

/** Why an instance is no more, when nobody ended it. */
export type EndReason = 'exit' | 'outOfMemory';

export interface HostEvents {
  readonly onMessage: (message: FromInstance) => void;
  readonly onEnd: (reason: EndReason) => void;
}

/** A thread or a process around one instance. */
export interface InstanceHost {
  /** Thaws it too. */
  readonly post: (message: ToInstance) => void;
  /** The instance has replied: nothing of it runs until the next message. */
  readonly freeze: () => void;
  /** Ends at once; resolves when it is gone. `onEnd` is not called. */
  readonly kill: () => Promise<void>;
  readonly pid: number | null;
}

export interface HostSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  /** A process's; default: this Node. */
  readonly nodePath?: string;
}
