/** Papers in the room: the one before me, what I show on it when I present, and those that will be needed. No DOM. */

import type { ServerMessage } from '../generated/protocol';
import { Desk } from './desk';
import { Marker } from './marker';
import { Prefetch } from './prefetch';
import type { Intent } from './signalling';
import type { RoomKey, RoomState } from './store';

export interface PapersOptions {
  state(): RoomState;
  ask(message: Intent): Promise<boolean>;
  tell(message: Intent): boolean;
  /** Address of a paper version's bytes. */
  address(version: number): string;
  onChange(): void;
}

export type Pointed = Extract<ServerMessage, { type: 'pointer.moved' }>;

export class Papers {
  readonly desk: Desk;
  readonly marker: Marker;
  readonly prefetch: Prefetch;
  /** Who draws the presenter's pointer; it is no part of the room's state. */
  readonly pointerWatchers = new Set<(pointed: Pointed) => void>();

  constructor(private readonly options: PapersOptions) {
    const { state, ask, tell, address, onChange } = options;
    const document = () => state().document;
    this.desk = new Desk({ document, me: () => state().me.person, ask, onChange });
    this.marker = new Marker({ document, presenting: () => this.desk.presenting, ask, tell, onChange });
    this.prefetch = new Prefetch({
      items: () => state().items, item: () => state().item, sites: () => state().roster.size, lamp: () => state().lamp, address,
    });
  }

  heard(message: ServerMessage, changed: Set<RoomKey>, before: RoomState): void {
    if (message.type === 'paper.withdrawn') this.withdrawn(message.versions);
    if (message.type === 'pointer.moved') for (const watch of this.pointerWatchers) watch(message);
    if (changed.has('document')) {
      const another = before.document?.version !== this.options.state().document?.version;
      this.marker.settle(another);
      this.desk.settle(another);
    }
    if (changed.has('items') || changed.has('item')) this.prefetch.plan();
  }

  /** Nobody reads these any more: not what lies before me alone, nor what was fetched. */
  private withdrawn(versions: readonly number[]): void {
    for (const version of versions) this.prefetch.forget(this.options.address(version));
    if (this.desk.own && versions.includes(this.desk.own.version)) this.desk.readAlone(undefined);
  }

  close(): void {
    this.marker.close();
    this.prefetch.close();
  }
}
