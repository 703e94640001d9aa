import type { LogFields } from '../logging/logger.ts';

/** What a timer did to one thing that a request had begun: its id, and the trace that all of its lines carry. */
export type Moved = LogFields & { readonly did: string };
export type OnMoved = (moved: Moved) => void;

/** A thing that could not be moved on. */
export type NotMoved = LogFields & { readonly error: unknown };

/** Nobody listens. */
export const unheard: OnMoved = () => undefined;

/** The trace as a line has it: none where none is known. */
export const traced = (trace: string | null): LogFields => (trace === null ? {} : { trace });
