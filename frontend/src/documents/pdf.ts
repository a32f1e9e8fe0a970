/** pdf.js as it is, but a paper that is at hand is not fetched again, and any other in parts. */

import { getDocument as fetchDocument, type PDFDocumentProxy } from 'pdfjs-dist';

import { takeAtHand } from './at-hand';
import { PaperRanges } from './ranges';

export { GlobalWorkerOptions } from 'pdfjs-dist';

type Options = Exclude<Parameters<typeof fetchDocument>[0], string | URL | undefined | ArrayBuffer | ArrayBufferView>;

/** Opens the paper at `address`; `failed`: a part of it that is needed later could not be had. */
export async function getDocument(address: string, failed: () => void, options: Options): Promise<PDFDocumentProxy> {
  const data = takeAtHand(address);
  const source = data ? { data } : { range: await PaperRanges.begin(address, failed), disableStream: true, disableAutoFetch: true };
  return fetchDocument({ ...options, ...source }).promise;
}
