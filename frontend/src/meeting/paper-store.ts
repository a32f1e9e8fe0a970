/** The paper before everybody as the presenter's messages leave it. No DOM. */

import type { DocumentState, InkStroke, ServerMessage } from '../generated/protocol';

export type ShowingMessage = Extract<ServerMessage, { type: 'document.turned' | 'ink.drawn' | 'ink.undone' | 'ink.cleared' }>;

/** The same object when the message is of another paper. */
export function shown(document: DocumentState | null, message: ShowingMessage): DocumentState | null {
  if (document?.version !== message.version) return document;
  switch (message.type) {
    case 'document.turned': return { ...document, page: message.page, view: message.view };
    case 'ink.drawn': return { ...document, ink: drawn(document.ink, message.stroke) };
    case 'ink.undone': return { ...document, ink: document.ink.filter(({ key }) => key !== message.key) };
    case 'ink.cleared': return { ...document, ink: message.page === null ? [] : document.ink.filter(({ page }) => page !== message.page) };
    default: return document;
  }
}

function drawn(ink: readonly InkStroke[], stroke: InkStroke): InkStroke[] {
  if (!ink.some(({ key }) => key === stroke.key)) return [...ink, stroke];
  return ink.map((known) => (known.key === stroke.key ? { ...known, points: [...known.points, ...stroke.points] } : known));
}
