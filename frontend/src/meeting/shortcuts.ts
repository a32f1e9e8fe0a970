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
    w: () => room.layout.set({ wallOnly: !room.layout.wallOnly }),
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
    if (event.repeat || document.querySelector('dialog[open]')) return undefined;
    if (event.key === 'F2') return actions.toolbar;
    if (carries(room) && event.ctrlKey && !event.altKey && !event.shiftKey) return controls[event.key.toLowerCase()];
    if (event.ctrlKey || event.altKey || event.metaKey || !room.choices.letters || typing(event.target)) return undefined;
    if (event.key === ' ') return pushToTalk(event.target);
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
  const released = (event: KeyboardEvent) => {
    if (event.key !== ' ' || !talking) return;
    talking = false;
    void room.setMicrophone(false);
  };
  document.addEventListener('keydown', pressed);
  document.addEventListener('keyup', released);
  return () => {
    document.removeEventListener('keydown', pressed);
    document.removeEventListener('keyup', released);
  };
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
