/** What an operation was asked to do: the model is told this, not what the product made of it. */
export interface Intent {
  readonly kind:
    | 'create'
    | 'accept'
    | 'run'
    | 'cancel'
    | 'sweep'
    | 'buy'
    | 'notify'
    | 'reconcile'
    | 'refund'
    | 'expire'
    | 'grow'
    | 'book';
  readonly merchant?: string;
  readonly task?: string;
  readonly feature?: string;
  readonly plan?: string;
  readonly key?: string;
  readonly hash?: string;
  readonly photos?: number;
  readonly retryOf?: string;
  /** Credits or fen. */
  readonly amount?: number;
  readonly code?: string;
  /** Of the world, when it began. */
  readonly looks?: number;
  readonly channel?: string;
  readonly method?: string;
  /** What the worker is going to do with the photo. */
  readonly work?: 'ok' | 'broken' | 'refused' | 'hangs';
  readonly nowMs: number;
  /** The last outcome that the model has foretold. */
  verdict?: string;
  faulted: () => boolean;
  /** It has come to its own end, and knows what became of what it did. */
  isOver: () => boolean;
}
