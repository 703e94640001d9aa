export interface ReportRule {
  readonly rule: string;
  readonly pass: boolean;
  readonly found: string;
  readonly asked: string;
}

export interface ReportFile {
  readonly file: string;
  readonly platform: { readonly zh: string; readonly en: string };
  readonly name: { readonly zh: string; readonly en: string };
  readonly pass: boolean;
  readonly rules: readonly ReportRule[];
  /** The day on which somebody last compared the figures with the marketplace's page; null: nobody has. Absent in old reports. */
  readonly verifiedAt?: string | null;
}

export interface PlatformReport {
  readonly pass: boolean;
  readonly files: readonly ReportFile[];
}

/** Reads a platform pack's report, which is a file like any other: null when it is something else. */
export function readPlatformReport(text: string): PlatformReport | null {
  try {
    const report = JSON.parse(text) as Partial<PlatformReport> | null; // its shape is looked at right here
    const isReport = typeof report?.pass === 'boolean' && Array.isArray(report.files) && report.files.every(isFile);
    return isReport ? (report as PlatformReport) : null;
  } catch {
    return null;
  }
}

const isFile = (one: Partial<ReportFile> | null): boolean =>
  typeof one?.file === 'string' &&
  hasWords(one.platform) &&
  hasWords(one.name) &&
  isDay(one.verifiedAt) &&
  (one.rules?.every(isRule) ?? false);

const isDay = (day: unknown): boolean => day === undefined || day === null || typeof day === 'string';

const hasWords = (words: Partial<ReportFile['name']> | undefined): boolean =>
  typeof words?.zh === 'string' && typeof words.en === 'string';

const isRule = ({ rule, pass, found, asked }: Partial<ReportRule>): boolean =>
  typeof rule === 'string' && typeof pass === 'boolean' && typeof found === 'string' && typeof asked === 'string';
