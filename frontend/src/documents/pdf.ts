/** pdf.js as it is, but a paper that is at hand is not fetched again. */

import { getDocument as fetchDocument, type PDFDocumentLoadingTask } from 'pdfjs-dist';

import { takeAtHand } from './at-hand';

export { GlobalWorkerOptions } from 'pdfjs-dist';

type Options = Exclude<Parameters<typeof fetchDocument>[0], string | URL | undefined | ArrayBuffer | ArrayBufferView>;

export function getDocument(options: Options & { url: string }): PDFDocumentLoadingTask {
  const data = takeAtHand(options.url);
  return fetchDocument(data ? { ...options, data } : options);
}
