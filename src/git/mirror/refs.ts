import type { Ask } from './history.ts';
import { BRANCHES, TAGS } from './resolve.ts';

const FORMAT = '--format=%(refname)%00%(objectname)%00%(*objectname)';
const REMOTE = 'refs/remotes/origin';
/** Declares that refs are sorted by name and that every annotated tag is followed by the object it points to. */
const HEADER = '# pack-refs with: peeled fully-peeled sorted \n';

/** The full name of a tag of a mirror, or else of a head, which do not stay as long. null: it has none. */
export async function aRef(ask: Ask): Promise<string | null> {
  const { stdout } = await ask([
    'for-each-ref',
    '--count=1',
    '--sort=-refname',
    '--format=%(refname)',
    BRANCHES,
    TAGS,
  ]);
  return stdout.trim() || null;
}

/** Heads (as those of `origin`) and tags of a mirror, in git's `packed-refs` format. */
export async function readRefs(ask: Ask): Promise<string> {
  const { stdout } = await ask(['for-each-ref', FORMAT, BRANCHES, TAGS]);
  const refs = stdout.split('\n').flatMap((line) => {
    const [name = '', sha = '', peeled = ''] = line.split('\0');
    if (name === '') return [];
    const theirs = name.startsWith(`${BRANCHES}/`) ? `${REMOTE}${name.slice(BRANCHES.length)}` : name;
    const bytes = Buffer.from(theirs);
    return [{ bytes, text: `${sha} ${theirs}\n${peeled === '' ? '' : `^${peeled}\n`}` }];
  });
  refs.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  return HEADER + refs.map(({ text }) => text).join('');
}
