import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { git } from '../../../src/git/commands/git.ts';
import type { Ask } from '../../../src/git/mirror/history.ts';
import { resolveCommit } from '../../../src/git/mirror/resolve.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';

const SAME = 12;
const PREFIX = 'abcd';

describe('a short SHA shared by many commits', () => {
  let repository: TemporaryRepository;
  beforeEach(() => {
    repository = temporaryRepository();
  });
  afterEach(() => repository.cleanup());

  /** Commits of one parent whose SHAs begin alike; the parent. */
  function alike(prefix: string, tree: string, parent: string): string[] {
    const found: string[] = [];
    for (let at = 0; found.length < SAME; at += 1) {
      const who = `Ada <ada@example.com> ${1_767_600_000 + at} +0000`;
      const text = `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\nNumber ${at}\n`;
      const sha = createHash('sha1')
        .update(`commit ${Buffer.byteLength(text)}\0${text}`)
        .digest('hex');
      if (sha.startsWith(prefix)) found.push(text);
    }
    return found;
  }

  test('needs few questions to git, and counts only commits in our refs', async () => {
    const parent = repository.commit({ a: '1' }, 'First');
    const tree = repository.git('rev-parse', 'HEAD^{tree}').trim();
    const shas = alike(PREFIX, tree, parent).map((text) =>
      execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
        cwd: repository.directory,
        input: text,
        encoding: 'utf8',
      }).trim(),
    );
    // Every other one is held.
    for (const [at, sha] of shas.entries()) if (at % 2 === 0) repository.git('branch', `held-${at}`, sha);
    const asked: (readonly string[])[] = [];
    const ask: Ask = async (args, accept = [], input) => {
      asked.push(args);
      const more = input === undefined ? {} : { input };
      return git({ directory: repository.directory, args, accept, timeoutMs: 30_000, ...more });
    };
    const long = shas[0]?.slice(0, 12) ?? '';
    expect(await resolveCommit(ask, long)).toEqual({ kind: 'found', sha: shas[0], ref: null });
    expect(await resolveCommit(ask, shas[1] ?? '')).toMatchObject({ kind: 'unknown' });
    asked.length = 0;
    const answer = await resolveCommit(ask, PREFIX);
    if (answer.kind !== 'ambiguous') throw new TypeError(`it is ${answer.kind}`);
    expect(answer.candidates).toHaveLength(5);
    for (const { sha, subject, author } of answer.candidates) {
      expect(shas.indexOf(sha) % 2).toBe(0);
      expect(subject).toMatch(/^Number /);
      expect(author).toBe('Ada');
    }
    expect(asked.length).toBeLessThanOrEqual(6);
  }, 30_000);
});
