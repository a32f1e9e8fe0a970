/** A paper's file in parts: pdf.js is given what the pages in sight need, and nothing more (ADR 0130). */

import { PDFDataRangeTransport } from 'pdfjs-dist';

import { pause } from '../lib/pause';
import { fetchPart, Gone, type Part } from './parts';

/** As much as pdf.js asks for at a time. */
const FIRST_BYTES = 64 * 1024;
const PAUSES_MS = [500, 2_000, 5_000];

/** What pdf.js reads a paper through. */
export class PaperRanges extends PDFDataRangeTransport {
  private readonly ending = new AbortController();

  private constructor(private readonly address: string, { bytes, size }: Part, private readonly failed: () => void) {
    super(size, new Uint8Array(bytes), bytes.byteLength === size);
  }

  /** Asks for the beginning. `failed`: a part that is needed could not be had, also after some patience. */
  static async begin(address: string, failed: () => void): Promise<PaperRanges> {
    return new PaperRanges(address, await fetchPart(address, 0, FIRST_BYTES - 1, { begins: true }), failed);
  }

  override requestDataRange(begin: number, end: number): void {
    void this.bring(begin, end);
  }

  override abort(): void {
    this.ending.abort();
  }

  private async bring(begin: number, end: number): Promise<void> {
    for (const wait of [0, ...PAUSES_MS]) {
      await pause(wait);
      try {
        const { bytes } = await fetchPart(this.address, begin, end - 1, { begins: false, signal: this.ending.signal });
        return this.onDataRange(begin, new Uint8Array(bytes));
      } catch (error) {
        if (this.ending.signal.aborted) return;
        if (error instanceof Gone) break;
      }
    }
    this.failed();
  }
}
