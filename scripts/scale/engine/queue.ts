/** First in, first out, without moving what is behind. */
export interface Queue<T> {
  readonly push: (value: T) => void;
  readonly shift: () => T | undefined;
  readonly size: () => number;
}

export function newQueue<T>(): Queue<T> {
  let values: T[] = [];
  let head = 0;
  return {
    push: (value) => void values.push(value),
    shift: () => {
      if (head === values.length) return undefined;
      const value = values[head++];
      if (head > 1024 && head * 2 > values.length) {
        values = values.slice(head);
        head = 0;
      }
      return value;
    },
    size: () => values.length - head,
  };
}
