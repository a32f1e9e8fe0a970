/** pdf.js's search as Vietnamese is searched: "dong da" finds "Đống Đa". */

import { PDFFindController } from 'pdfjs-dist/web/pdf_viewer.mjs';

/** pdf.js takes diacritics away; the bar of `đ` is none of them in Unicode. Keeps every letter's place. */
function withoutBar(text: string): string {
  return text.replaceAll('\u0111', 'd').replaceAll('\u0110', 'D');
}

export class PaperFinder extends PDFFindController {
  override match(query: string | string[], content: string, page: number): { index: number; length: number }[] | undefined {
    const words = typeof query === 'string' ? withoutBar(query) : query.map(withoutBar);
    return super.match(words, withoutBar(content), page);
  }
}
