/** Who wants to know of what: elements follow the few things that they draw. */

export class Topics<Topic extends string> {
  private readonly followers = new Map<Topic, Set<() => void>>();

  /** Calls `follower` after each change of one of `topics`; the function returned ends it. */
  on(topics: readonly Topic[], follower: () => void): () => void {
    for (const topic of topics) {
      const known = this.followers.get(topic) ?? new Set();
      known.add(follower);
      this.followers.set(topic, known);
    }
    return () => { for (const topic of topics) this.followers.get(topic)?.delete(follower); };
  }

  /** Each follower hears once, however many of its topics changed. */
  emit(topics: Iterable<Topic>): void {
    const told = new Set<() => void>();
    for (const topic of topics) for (const follower of this.followers.get(topic) ?? []) told.add(follower);
    for (const follower of told) follower();
  }
}
