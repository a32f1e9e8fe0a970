/** The room's keys (docs: `?` shows them). Single letters sleep while somebody types, and can be switched off. */

import type { Room } from './room';
import { toggleFullscreen } from './toolbar';

export interface Shortcut {
  key: string;
  also?: string;
  does: string;
}

export interface ShortcutActions {
  help(): void;
  toolbar(): void;
}

/** Listens until the function returned is called. */
export function listenForShortcuts(room: Room, actions: ShortcutActions): () => void {
  let talking = false;
  const letters: Record<string, () => void> = {
    m: () => void room.toggleMicrophone(),
    v: () => void room.setCamera(!room.local.cameraOn),
    r: () => void room.toggleAsking(),
    c: () => room.layout.open('chat'),
    p: () => room.layout.open('sites'),
    n: () => { if (room.state.rights.chair && room.state.meetingState === 'in_session') void room.speaking.next(); },
    w: () => room.screen.toggleWall(),
    f: () => void toggleFullscreen(),
    '?': actions.help,
  };
  const controls: Record<string, () => void> = {
    d: () => void room.toggleMicrophone(),
    e: () => void room.setCamera(!room.local.cameraOn),
  };

  const pressed = (event: KeyboardEvent) => {
    const act = actionOf(event);
    if (!act) return;
    event.preventDefault();
    act();
  };
  const actionOf = (event: KeyboardEvent): (() => void) | undefined => {
    if (event.repeat && talking && isTalkKey(room, event)) return () => undefined; // the page does not scroll under a held key
    if (event.repeat || document.querySelector('dialog[open]')) return undefined;
    if (event.key === 'F2') return actions.toolbar;
    if (carries(room) && event.ctrlKey && !event.altKey && !event.shiftKey) return controls[event.key.toLowerCase()];
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return undefined;
    if (isTalkKey(room, event)) return pushToTalk(event.target);
    if (!room.choices.letters) return undefined;
    const act = letters[event.key.toLowerCase()];
    return 'mv'.includes(event.key.toLowerCase()) && !carries(room) ? undefined : act;
  };
  const pushToTalk = (target: EventTarget | null): (() => void) | undefined => {
    if (onControl(target) || !carries(room) || room.local.microphoneOn || !room.state.rights.speak) return undefined;
    return () => {
      talking = true;
      void room.setMicrophone(true);
    };
  };
  const silent = () => {
    if (!talking) return;
    talking = false;
    void room.setMicrophone(false);
  };
  const released = (event: KeyboardEvent) => { if (isTalkKey(room, event)) silent(); };
  const hidden = () => { if (document.hidden) silent(); };
  document.addEventListener('keydown', pressed);
  document.addEventListener('keyup', released);
  window.addEventListener('blur', silent); // who changes the window lets go of the key elsewhere
  document.addEventListener('visibilitychange', hidden);
  return () => {
    document.removeEventListener('keydown', pressed);
    document.removeEventListener('keyup', released);
    window.removeEventListener('blur', silent);
    document.removeEventListener('visibilitychange', hidden);
  };
}

function isTalkKey(room: Room, event: KeyboardEvent): boolean {
  return room.choices.talkKey !== '' && event.key.toLowerCase() === room.choices.talkKey;
}

function carries(room: Room): boolean {
  return room.state.carriesMedia;
}

/** Somebody is writing, or choosing in a list. */
export function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input:not([type=checkbox]), textarea, select, [contenteditable=true]') !== null;
}

/** Space presses what has the focus. */
function onControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, summary, input, [role=button], [tabindex="0"]') !== null;
}
