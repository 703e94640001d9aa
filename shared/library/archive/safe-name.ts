/** What Windows does not allow in a name (https://learn.microsoft.com/windows/win32/fileio/naming-a-file), and what turns text around. */
const FORBIDDEN = /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Devices, with whatever ending. The superscript digits are devices too. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const MAX_CHARS = 60;

/** A name that every system can unpack: at most 60 characters, never empty. `fallback` is safe itself. */
export function safeName(text: string, fallback: string): string {
  const plain = [...text.normalize('NFC').replace(FORBIDDEN, '_')].slice(0, MAX_CHARS).join('');
  const trimmed = plain.replace(/^[\s.]+|[\s.]+$/gu, '');
  if (trimmed === '' || /^_+$/.test(trimmed)) return fallback;
  return DEVICE.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** Tells apart what a system that ignores case would take for one file: `white.jpg`, `white (2).jpg`. */
export function uniqueNames(): (name: string) => string {
  const taken = new Set<string>();
  return function uniqueName(name) {
    const dot = name.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let found = name;
    for (let n = 2; taken.has(found.toLowerCase()); n++) found = `${stem} (${n})${ending}`;
    taken.add(found.toLowerCase());
    return found;
  };
}
