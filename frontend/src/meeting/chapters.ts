/** "10.5-20 31-40" as pairs of seconds. */
export function spansOf(text: string): [number, number][] {
  return text.trim().split(/\s+/).filter(Boolean).map((span) => span.split('-').map(Number) as [number, number]);
}

export function within(spans: readonly [number, number][], time: number): boolean {
  return spans.some(([start, end]) => start <= time && time < end);
}

/** Which chapter plays: the last one that has begun; −1 before the first. `starts` in seconds, in order. */
export function chapterAt(starts: readonly number[], time: number): number {
  return starts.findLastIndex((start) => start <= time + 0.05);
}
