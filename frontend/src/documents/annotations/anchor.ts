/** Finding a mark's words again in the text of another version. No DOM. */

import type { Quote } from './mark';

/** As the server takes them. */
const LONGEST_QUOTE = 2000;
const AROUND = 64;
/** Fewer letters stand in many places: they count only where at least half of what stands around them is the same. */
const TELLING = 12;

/** So many letters on each side are compared: what stands farther away says little. */
const COMPARED = 20;

/** A text by its letters only: without white space and soft hyphens, composed. PDFs differ in all three. */
export interface Letters {
  text: string;
  /** Where each letter begins and ends in the text it was taken from. */
  from: number[];
  to: number[];
}

/** The letters from `start` to `end` (not included) of a page. */
export interface Found { page: number; start: number; end: number }

export function lettersOf(text: string): Letters {
  const letters: Letters = { text: '', from: [], to: [] };
  for (const { 0: cluster, index } of text.matchAll(/[^\s\u00ad\u0000-\u001f]\p{M}*/gu)) {
    const composed = cluster.normalize('NFKC').replace(/\s/g, '');
    letters.text += composed;
    for (let unit = 0; unit < composed.length; unit += 1) {
      letters.from.push(index);
      letters.to.push(index + cluster.length);
    }
  }
  return letters;
}

/** What is kept of the words from `start` to `end` of `text`. */
export function quoteAt(text: string, start: number, end: number): Quote {
  const plain = (part: string) => part.replace(/\s+/g, ' ');
  return {
    quote: plain(text.slice(start, end)).trim().slice(0, LONGEST_QUOTE),
    prefix: plain(text.slice(0, start)).slice(-AROUND),
    suffix: end - start > LONGEST_QUOTE ? '' : plain(text.slice(end)).slice(0, AROUND),
  };
}

/** Pages from the nearest to `page` on: 3, 4, 2, 5, 1 … */
export function pagesFrom(page: number, pages: number): number[] {
  const all = Array.from({ length: pages }, (_, index) => index + 1);
  return all.sort((one, other) => Math.abs(one - page) - Math.abs(other - page) || other - one);
}

/**
 * Where the words stand in a paper of `pages` pages: where most of what stood around them is the same, and of those
 * places on the page nearest to `page`. Undefined: nowhere. `lettersOn` gives a page's letters.
 */
export async function find(
  quote: Quote, page: number, pages: number, lettersOn: (page: number) => Promise<string>,
): Promise<Found | undefined> {
  const wanted = { quote: lettersOf(quote.quote).text, prefix: lettersOf(quote.prefix).text.slice(-COMPARED), suffix: lettersOf(quote.suffix).text.slice(0, COMPARED) };
  if (!wanted.quote) return undefined;
  let best: Found | undefined;
  let bestShare = wanted.quote.length < TELLING ? 0.49 : -1;
  for (const number of pagesFrom(page, pages)) {
    const text = await lettersOn(number);
    for (let start = text.indexOf(wanted.quote); start >= 0; start = text.indexOf(wanted.quote, start + 1)) {
      const end = start + wanted.quote.length;
      const share = sameAround(text, start, end, wanted);
      if (share <= bestShare) continue;
      bestShare = share;
      best = { page: number, start, end };
    }
    if (bestShare === 1) break;
  }
  return best;
}

/** Which share of what stood before and after stands there too, counted from the words outwards. */
function sameAround(text: string, start: number, end: number, { prefix, suffix }: Quote): number {
  const total = prefix.length + suffix.length;
  if (!total) return 1;
  let before = 0;
  while (before < prefix.length && text[start - 1 - before] === prefix[prefix.length - 1 - before]) before += 1;
  let after = 0;
  while (after < suffix.length && text[end + after] === suffix[after]) after += 1;
  return (before + after) / total;
}
