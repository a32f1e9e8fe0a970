/** Lower case without diacritics, so that "dong da" finds "Đống Đa"; as `accounts.names.folded` on the server. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/\s+/g, ' ').trim();
}
