/** Asks once for each key: who asks for the same, also meanwhile, shares the answer. */
export function shared<A, T>(
  keyOf: (asked: A) => unknown,
  ask: (asked: A) => Promise<T>,
): (asked: A) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (asked) => {
    const key = JSON.stringify(keyOf(asked));
    const answer = answers.get(key) ?? ask(asked);
    answers.set(key, answer);
    return answer;
  };
}

/** Does the work of all items, at most so many at a time. The results are in the order of the items. */
export async function sideBySide<A, T>(
  atATime: number,
  items: readonly A[],
  work: (item: A) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  const left = items.entries();
  const workers = Array.from({ length: Math.min(atATime, items.length) }, async () => {
    for (const [at, item] of left) results[at] = await work(item);
  });
  await Promise.all(workers);
  return results;
}
