/** Things that happen, at `nowMs`, in their order; a long wait for one of them fails. */
export interface Events<T> {
  readonly count: number;
  add(event: T & { at: number }): void;
  /** The first one that is meant, now or later. */
  first(isMeant: (event: T, index: number) => boolean, withinMs: number): Promise<T & { at: number }>;
  /** When there had been so many. */
  reach(count: number, withinMs: number): Promise<number>;
}

/** `what`: for people, when it does not happen. */
export function eventsOf<T>(what: string): Events<T> {
  const happened: (T & { at: number })[] = [];
  const looking = new Set<() => void>();
  const events: Events<T> = {
    get count() {
      return happened.length;
    },
    add(event) {
      happened.push(event);
      for (const look of looking) look();
    },
    first(isMeant, withinMs) {
      return new Promise((resolve, reject) => {
        let seen = 0;
        const end = (settle: () => void) => {
          clearTimeout(late);
          looking.delete(look);
          settle();
        };
        const look = () => {
          for (; seen < happened.length; seen += 1) {
            const event = happened[seen];
            if (event && isMeant(event, seen)) return end(() => resolve(event));
          }
        };
        const late = setTimeout(() => {
          end(() => reject(new Error(`${what}: not within ${withinMs} ms, only ${happened.length} others`)));
        }, withinMs);
        looking.add(look);
        look();
      });
    },
    async reach(count, withinMs) {
      return (await events.first((_event, index) => index === count - 1, withinMs)).at;
    },
  };
  return events;
}
