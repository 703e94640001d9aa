/** Memory for instances at once: what one function has reserved, or what is left for all that reserve nothing. */
export interface InstanceMemory {
  readonly mb: number;
  /** false: so much is not free. */
  readonly take: (mb: number) => boolean;
  readonly giveBack: (mb: number) => void;
}

export function instanceMemory(mb: number): InstanceMemory {
  let usedMb = 0;
  return {
    mb,
    take: (wantedMb) => {
      if (usedMb + wantedMb > mb) return false;
      usedMb += wantedMb;
      return true;
    },
    giveBack: (takenMb) => {
      usedMb -= takenMb;
    },
  };
}
