import { ValueError } from './value-error.ts';

/** A path as people write it: `image.tag`; a key that has dots in quotes. */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((part) =>
      typeof part === 'string' && /[.\s"[\]]|^$/.test(part) ? JSON.stringify(part) : String(part),
    )
    .join('.');
}

/** The index that a part of a path means in a list of this length. Throws `ValueError` when there is no such item. */
export function indexIn(length: number, path: readonly (string | number)[], at: number): number {
  const part = path[at];
  const list = at === 0 ? 'the file' : pathText(path.slice(0, at));
  const index = typeof part === 'number' ? part : /^\d{1,9}$/.test(part ?? '') ? Number(part) : null;
  if (index === null)
    throw new ValueError(`${list} is a list, and “${part}” is no index of it: write 0 for its first item`);
  if (index >= length)
    throw new ValueError(
      `${list} is a list of ${length}, and has no item ${index}: indexes begin at 0, and items are not made`,
    );
  return index;
}

/** What stands where a map is needed, or a value. */
export function wrongKind(path: readonly (string | number)[], is: string, todo: string): ValueError {
  return new ValueError(`${path.length === 0 ? 'the file' : pathText(path)} is ${is}: ${todo}`);
}
