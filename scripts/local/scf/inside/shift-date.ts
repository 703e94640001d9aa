/**
 * Makes every `Date` of this instance, the libraries' too, read the local cloud's clock. Timers and `performance.now`
 * stay real. The prototype is shared, so a Date that Node itself makes is still an instance of it.
 */
export function shiftDate(offsetMs: () => number): void {
  const RealDate = globalThis.Date;
  const now = (): number => RealDate.now() + offsetMs();
  function ShiftedDate(this: unknown, ...parts: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString();
    const values = parts.length === 0 ? [now()] : parts;
    return Reflect.construct(RealDate, values, new.target === ShiftedDate ? RealDate : new.target);
  }
  const prototype = { value: RealDate.prototype, writable: false };
  Object.defineProperties(ShiftedDate, {
    prototype,
    name: { value: 'Date' },
    length: { value: 7 },
    now: { value: now, writable: true, configurable: true },
    parse: { value: RealDate.parse, writable: true, configurable: true },
    UTC: { value: RealDate.UTC, writable: true, configurable: true },
  });
  RealDate.prototype.constructor = ShiftedDate;
  globalThis.Date = ShiftedDate as unknown as DateConstructor;
}
