const KEY = 'yiying.announcements';
/** More than run at once; the oldest are over. */
const MAX = 20;

/** Ids of announcements that were closed in this browser. */
export function closedAnnouncements(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** @returns those that are closed now */
export function noteClosed(announcementId: string): readonly string[] {
  const closed = [announcementId, ...closedAnnouncements().filter((one) => one !== announcementId)].slice(0, MAX);
  try {
    localStorage.setItem(KEY, JSON.stringify(closed));
  } catch {
    // without storage it is there again when the page is
  }
  return closed;
}
