/** Bytes of papers that were fetched before they are opened, by address. Taken once: whoever opens uses them up. */

const bytes = new Map<string, ArrayBuffer>();

export function putAtHand(address: string, paper: ArrayBuffer): void {
  bytes.set(address, paper);
}

export function takeAtHand(address: string): ArrayBuffer | undefined {
  const paper = bytes.get(address);
  bytes.delete(address);
  return paper;
}
