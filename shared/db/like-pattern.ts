/** A pattern of LIKE that finds `text` anywhere, whatever it holds. */
export const likePattern = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
