/** Tells the server which page is being read: the last one after a pause, never two at once. */

const PAUSE_MS = 800;

export class ReadingTrack {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private page = 0;
  private told = 0;

  constructor(private readonly tell: (page: number) => Promise<unknown>, private readonly pauseMs = PAUSE_MS) {}

  /** The person is on `page` now. */
  read(page: number): void {
    this.page = page;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.pauseMs);
  }

  /** Says it at once, for instance before leaving. Losing one is harmless, so failures stay quiet. */
  flush(): void {
    clearTimeout(this.timer);
    if (!this.page || this.page === this.told) return;
    this.told = this.page;
    this.tell(this.page).catch(() => { this.told = 0; });
  }
}
