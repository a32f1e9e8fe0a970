/** How this person has arranged the room: which panel is open, what is large. Nothing the server knows. */

export type Tab = 'sites' | 'queue' | 'agenda' | 'papers' | 'chat' | 'conclusions';

export class Layout {
  /** The panel that is open; one at a time. */
  tab: Tab | undefined;
  /** The wall alone, without the stage. */
  wallOnly = false;
  /** The speaker is large although a screen or a paper is shown. */
  floorLarge = false;
  /** The open paper lies on the stage; else in its panel. */
  paperOnStage = true;
  /** The newest chat message that I have seen. */
  readChat = 0;

  constructor(private readonly onChange: () => void) {}

  open(tab: Tab | undefined): void { this.set({ tab: this.tab === tab ? undefined : tab }); }

  set(change: Partial<Pick<Layout, 'tab' | 'wallOnly' | 'floorLarge' | 'paperOnStage' | 'readChat'>>): void {
    Object.assign(this, change);
    this.onChange();
  }
}
