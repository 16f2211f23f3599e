import type { Author, Change } from './types.ts';
import { local, type Workspace } from './workspace.ts';

const FILE_MODE = '100644';

interface Making extends Pick<Change, 'file' | 'author' | 'message' | 'trailers'> {
  /** null: the commit is the first one of its branch. */
  base: string | null;
  /** The mode of the file; null: it is new. */
  mode: string | null;
  text: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Makes a commit that differs from its base in one file. Nothing refers to it yet. */
export async function makeCommit(workspace: Workspace, making: Making): Promise<string> {
  const { base, file, mode, text, at } = making;
  const blob = await written(workspace, 'blob', text);
  await local(workspace, base === null ? ['read-tree', '--empty'] : ['read-tree', base]);
  const entry = `${mode ?? FILE_MODE},${blob},${file}`;
  await local(workspace, ['update-index', '--add', '--cacheinfo', entry]);
  // Files that were not fetched are not missing: the host has them.
  const tree = (await local(workspace, ['write-tree', '--missing-ok'])).stdout.trim();
  const who = signature(making.author, at);
  const lines = [
    `tree ${tree}`,
    ...(base === null ? [] : [`parent ${base}`]),
    `author ${who}`,
    `committer ${who}`,
    '',
    messageOf(making),
  ];
  return written(workspace, 'commit', lines.join('\n'));
}

/** Makes an annotated tag on a commit. Nothing refers to it yet. */
export function makeTag(
  workspace: Workspace,
  {
    commit,
    name,
    message,
    author,
    at,
  }: { commit: string; name: string; message: string; author: Author; at: number },
): Promise<string> {
  const lines = [
    `object ${commit}`,
    'type commit',
    `tag ${name}`,
    `tagger ${signature(author, at)}`,
    '',
    `${message.trimEnd()}\n`,
  ];
  return written(workspace, 'tag', lines.join('\n'));
}

async function written(workspace: Workspace, type: 'blob' | 'commit' | 'tag', text: string): Promise<string> {
  const { stdout } = await local(workspace, ['hash-object', '-t', type, '-w', '--stdin'], { input: text });
  return stdout.trim();
}

function signature({ name, email }: Author, at: number): string {
  return `${plain(name)} <${plain(email)}> ${Math.floor(at / 1_000)} +0000`;
}

/** The text without the characters that separate the parts of a commit's author line. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[<>\u0000-\u001f\u007f]/g, ' ').trim() || 'unknown';
}

function messageOf({ message, trailers }: Pick<Change, 'message' | 'trailers'>): string {
  const ends = Object.entries(trailers).map(([key, value]) => `${key}: ${value.replace(/\s+/g, ' ').trim()}`);
  const said = message.replaceAll('\0', '').trim();
  return ends.length === 0 ? `${said}\n` : `${said}\n\n${ends.join('\n')}\n`;
}
