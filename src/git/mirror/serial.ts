export type Serial = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs tasks one after the other, in the order given. A rejected task does not block later ones. */
export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}
