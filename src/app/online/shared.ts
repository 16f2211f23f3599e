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
