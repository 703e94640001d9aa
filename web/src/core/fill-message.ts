/** Puts `{name}` places into a message. The result is text and is shown as text. */
export function fillMessage(message: string, places: Readonly<Record<string, string | number>> = {}): string {
  return message.replace(/\{(\w+)\}/g, (place, name: string) => String(places[name] ?? place));
}
