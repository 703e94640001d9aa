/** Hands a file to the browser's downloads. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then; a revoked address would end it where it had not.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
