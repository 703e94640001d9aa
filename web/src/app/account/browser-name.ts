const BROWSERS: readonly (readonly [name: string, sign: RegExp])[] = [
  ['微信 WeChat', /MicroMessenger/],
  ['Edge', /Edg(e|A|iOS)?\//],
  ['QQ', /QQBrowser/],
  ['UC', /UCBrowser|UBrowser/],
  ['Firefox', /Firefox|FxiOS/],
  ['Chrome', /Chrome|CriOS/],
  ['Safari', /Safari/],
];
const SYSTEMS: readonly (readonly [name: string, sign: RegExp])[] = [
  ['HarmonyOS', /HarmonyOS|OpenHarmony/],
  ['Android', /Android/],
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
];

/** What a person would call a browser, by what it said of itself; null when it says nothing one knows. For recognising, no proof. */
export function browserName(userAgent: string): string | null {
  const found = [BROWSERS, SYSTEMS].flatMap((kinds) => kinds.find(([, sign]) => sign.test(userAgent))?.[0] ?? []);
  return found.length === 0 ? null : found.join(' · ');
}
