import { type Document, isAlias, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';

/** Whether a map has the key by `<<`, also through others. */
export function isMerged(document: Document, map: YAMLMap, key: string): boolean {
  const waiting = [map];
  // What is merged may lead back to itself.
  const seen = new Set(waiting);
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    const merged = from.items.flatMap((pair) =>
      isScalar(pair.key) && pair.key.value === '<<'
        ? isSeq(pair.value)
          ? pair.value.items
          : [pair.value]
        : [],
    );
    for (const one of merged) {
      const source = isAlias(one) ? one.resolve(document) : one;
      if (!isMap(source) || seen.has(source)) continue;
      if (source.items.some((pair) => isScalar(pair.key) && String(pair.key.value) === key)) return true;
      seen.add(source);
      waiting.push(source);
    }
  }
  return false;
}
