type Frames = AsyncGenerator<Uint8Array>;

/**
 * Clips one after another. The last frames of each are held back until the next begins, and given mixed with its first
 * ones; a clip that is shorter than two fades is faded over what it has.
 */
export async function* fadeClips(clips: readonly (() => Frames)[], fadeFrames: number): Frames {
  let held: Uint8Array[] = [];
  for (const [n, open] of clips.entries()) {
    const isLast = n === clips.length - 1;
    const tail = held;
    const own: Uint8Array[] = [];
    let at = 0;
    for await (const frame of open()) {
      const faded = tail[at];
      const shown = faded ? mix(faded, frame, (at + 1) / (tail.length + 1)) : frame;
      at++;
      if (isLast || fadeFrames === 0) {
        yield shown;
        continue;
      }
      own.push(shown);
      if (own.length > fadeFrames) yield own.shift()!;
    }
    yield* tail.slice(at);
    held = own;
  }
}

function mix(from: Uint8Array, to: Uint8Array, share: number): Uint8Array {
  const out = new Uint8Array(to.length);
  for (let i = 0; i < out.length; i++) out[i] = from[i]! + (to[i]! - from[i]!) * share;
  return out;
}
