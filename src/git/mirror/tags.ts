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
  return Promise.all(tags.map(({ type, ...tag }) => (type === 'tag' ? peelWhole(ask, tag) : tag)));
}

/** git peels a tag of a tag only once here. */
async function peelWhole(ask: Ask, tag: Tag): Promise<Tag> {
  const { stdout } = await ask(['rev-parse', '--verify', '--quiet', `${tag.object}^{}`], [1, 128]);
  const sha = stdout.trim() || tag.sha;
  const { stdout: type } = await ask(['cat-file', '-t', sha]);
  return { ...tag, sha, isCommit: type.trim() === 'commit' };
}
