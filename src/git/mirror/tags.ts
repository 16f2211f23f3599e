import type { Ask } from './history.ts';
import { TAGS } from './resolve.ts';

export interface Tag {
  name: string;
  /** What it is on; annotated tags are peeled. */
  sha: string;
  isCommit: boolean;
  /** When an annotated tag was made, or the commit of another one. Milliseconds since the epoch. */
  at: number;
  /** The tag's own object. Equal to `sha` for one that is not annotated. */
  object: string;
}

const FORMAT =
  '--format=%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)%00%(creatordate:unix)';

/** All tags of the mirror. */
export async function readTags(ask: Ask): Promise<Tag[]> {
  const { stdout } = await ask(['for-each-ref', FORMAT, TAGS]);
  const tags = stdout.split('\n').flatMap((line): (Tag & { type: string })[] => {
    const [ref = '', object = '', type = '', peeled = '', peeledType = '', seconds = ''] = line.split('\0');
    if (ref === '') return [];
    const name = ref.slice(TAGS.length + 1);
    const on = peeled === '' ? { sha: object, type } : { sha: peeled, type: peeledType };
    return [{ name, object, at: Number(seconds) * 1000, ...on, isCommit: on.type === 'commit' }];
  });
  const nested = tags.filter(({ type }) => type === 'tag').map(({ object }) => object);
  const whole = await peelWhole(ask, nested);
  return tags.map(({ type: _type, ...tag }) => ({ ...tag, ...whole.get(tag.object) }));
}

/** What these tags of tags are on, by their objects. git peels them only once where it lists refs. */
async function peelWhole(
  ask: Ask,
  objects: readonly string[],
): Promise<Map<string, Pick<Tag, 'sha' | 'isCommit'>>> {
  if (objects.length === 0) return new Map();
  const input = objects.map((object) => `${object}^{}\n`).join('');
  const { stdout } = await ask(['cat-file', '--batch-check'], [], input);
  const peeled = stdout.split('\n').map((line) => line.split(' '));
  return new Map(
    objects.map((object, at) => {
      const [sha = object, type] = peeled[at] ?? [];
      return [object, { sha, isCommit: type === 'commit' }];
    }),
  );
}
