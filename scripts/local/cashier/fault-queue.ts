/** What the next requests of each kind do wrong, in turn. */
export interface FaultQueue<Operation extends string, Fault extends string> {
  add(operation: Operation, fault: Fault, times: number): void;
  take(operation: Operation): Fault | undefined;
}

export function faultQueue<Operation extends string, Fault extends string>(): FaultQueue<Operation, Fault> {
  const waiting = new Map<Operation, Fault[]>();
  return {
    add(operation, fault, times) {
      waiting.set(operation, [...(waiting.get(operation) ?? []), ...Array.from({ length: times }, () => fault)]);
    },
    take(operation) {
      return waiting.get(operation)?.shift();
    },
  };
}
