/** How this person has arranged the room: which panel is open, what is large. Nothing the server knows. */

export type Tab = 'direction' | 'sites' | 'queue' | 'agenda' | 'papers' | 'chat' | 'conclusions' | 'door' | 'votes' | 'attendance' | 'line' | 'consultations' | 'attachments';

export class Layout {
  /** The panel that is open; one at a time. */
  tab: Tab | undefined;
  /** The speaker is large although a screen or a paper is shown. */
  floorLarge = false;
  /** The open paper lies on the stage; else in its panel. */
  paperOnStage = true;
  /** A site whose picture comes first on the wall. */
  wallFirst: number | undefined;
  /** What one may show without a word stands above the bar. */
  reactions = false;
  /** I write captions. */
  captioning = false;
  /** The page of the wall, from 0. */
  wallPage = 0;

  constructor(private readonly onChange: () => void) {}

  open(tab: Tab | undefined): void { this.set({ tab: this.tab === tab ? undefined : tab }); }

  set(change: Partial<Pick<Layout, 'tab' | 'floorLarge' | 'paperOnStage' | 'wallFirst' | 'reactions' | 'captioning' | 'wallPage'>>): void {
    Object.assign(this, change);
    this.onChange();
  }
}
