import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createWebClient, SlackChat } from '../../../src/adapters/slack/client/slack-chat.ts';
import type { EnvironmentCommand } from '../../../src/domain/documents/commands/environment.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import { peopleContext } from '../../../src/flow/commands/context/people-context.ts';
import { AuthorUnknown } from '../../../src/flow/services/errors.ts';
import { openMirror } from '../../../src/git/mirror/mirror.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ada, approvalsOf, policyOf } from '../../domain/support/given.ts';
import { BOT_TOKEN, HandClock, openSandbox } from '../../sandbox/support.ts';
import { type TemporaryRepository, temporaryRepository } from '../../support/repositories/git.ts';

describe('rule 30: the authors of a commit', () => {
  let sandbox: Sandbox;
  let repository: TemporaryRepository;
  let root: string;

  beforeEach(async () => {
    repository = temporaryRepository();
    root = mkdtempSync(join(tmpdir(), 'slipway-authors-'));
    sandbox = await openSandbox({
      people: [
        { id: ada.id, name: 'Ada', email: 'ada@example.com' },
        { id: 'U0LIN', name: 'Lin', email: 'Lin@Example.com' },
        { id: 'U0PAT', name: 'Pat', email: 'pat@partner.example', team: 'T0PARTNER' },
        { id: 'U0GUS', name: 'Gus', email: 'gus@example.com', isRestricted: true },
      ],
    });
  });
  afterEach(async () => {
    await sandbox.close();
    repository.cleanup();
    rmSync(root, { recursive: true, force: true });
  });

  const policy = policyOf({
    approvals: approvalsOf({ rules: [{ required: 1, from: null }], authors: false }),
  });

  /** What is asked when Ada does this to the head, where the first commit runs. */
  async function ask(type: 'prepare' | 'approve' | 'reject', rules = policy) {
    repository.push();
    const mirror = openMirror({ directory: join(root, 'mirror'), repository: repository.url });
    await mirror.fetch();
    const services = {
      people: new SlackChat(createWebClient(BOT_TOKEN, sandbox.apiUrl, 10_000), new HandClock().now),
      mirror: () => mirror,
      log: pino({ level: 'silent' }),
    };
    const sha = repository.head();
    const [first = ''] = repository.git('rev-list', '--max-parents=0', 'HEAD').trim().split('\n');
    const environment = {
      ...newEnvironment('shop', 'prod'),
      deployed: { sha: first, ref: null, release: 1, at: 1, by: ada },
    };
    const command = { type, sha, ref: null, note: null, release: 2, reason: 'x', id: 'c1', actor: ada };
    return peopleContext(services, environment, rules, command as unknown as EnvironmentCommand, {
      sha,
      release: null,
    });
  }

  const LIN = 'lin@example.com';
  const by = (email: string, message = 'Change') => {
    repository.commit({ 'a.txt': `${Math.random()}` }, message, { author: { name: 'Somebody', email } });
  };
  const NOREPLY = '1234+name@users.noreply.github.com';

  it.each<[string, string[]]>([
    [LIN, []],
    ['LIN@EXAMPLE.COM', []],
    ['ada@example.com', []],
    [NOREPLY, [NOREPLY]],
    ['name@users.noreply.github.com', ['name@users.noreply.github.com']],
    [
      '49699333+dependabot[bot]@users.noreply.github.com',
      ['49699333+dependabot[bot]@users.noreply.github.com'],
    ],
    ['7-lin@users.noreply.gitlab.com', ['7-lin@users.noreply.gitlab.com']],
    ['lin@users.noreply.git.example.org', ['lin@users.noreply.git.example.org']],
    ['lin@noreply.codeberg.org', ['lin@noreply.codeberg.org']],
    ['noreply@github.com', ['noreply@github.com']],
    ['lin@private.example', ['lin@private.example']],
    ['pat@partner.example', ['pat@partner.example']],
    ['gus@example.com', ['gus@example.com']],
    ['root@localhost', ['root@localhost']],
    ['lin', ['lin']],
  ])('%s', async (email, unknown) => {
    repository.commit({ 'a.txt': '1' }, 'First', { author: { name: 'X', email: 'nobody@old.example' } });
    by(LIN);
    by(email);
    expect((await ask('prepare')).unknownAuthors).toEqual(unknown);
    expect((await ask('approve')).unknownAuthors).toEqual(unknown);
  });

  it.each<[string, string, string[]]>([
    ['a member', 'Change\n\nCo-authored-by: Lin <LIN@example.com>', []],
    ['a forge', `Change\n\nCo-authored-by: Name <${NOREPLY}>`, [NOREPLY]],
    ['no address', 'Change\n\nCo-authored-by: Lin', ['lin']],
    ['several', `Change\n\nCo-authored-by: Lin <${LIN}>\nCo-Authored-By: X <x@y.example>`, ['x@y.example']],
  ])('co-authors count as well: %s', async (_, message, unknown) => {
    repository.commit({ 'a.txt': '1' }, 'First');
    by(LIN, message);
    expect((await ask('approve')).unknownAuthors).toEqual(unknown);
  });

  it('an address that the .mailmap maps counts as what it maps to', async () => {
    repository.commit({ 'a.txt': '1' }, 'First');
    repository.commit(
      { '.mailmap': `Lin <${LIN}> <${NOREPLY}>\nX <x@old.example> <ada@example.com>\n` },
      'Map',
    );
    by(NOREPLY);
    by(LIN, `Change\n\nCo-authored-by: Name <${NOREPLY}>`);
    const { unknownAuthors } = await ask('approve');
    expect(unknownAuthors).toEqual(['x@old.example']);
  });

  it('an empty address belongs to nobody', async () => {
    repository.commit({ 'a.txt': '1' }, 'First');
    by('');
    const { unknownAuthors } = await ask('approve');
    expect(unknownAuthors).toEqual(['(no address)']);
  });

  it('a long list is looked up only in part, and the rest counts as unknown', async () => {
    repository.commit({ 'a.txt': '1' }, 'First');
    for (let at = 0; at < 60; at += 1) by(`p${at}@example.org`);
    const { unknownAuthors } = await ask('approve');
    expect(unknownAuthors).toHaveLength(5);
    expect(sandbox.faults.callsOf('users.lookupByEmail').length).toBeLessThanOrEqual(40);
  }, 30_000);

  it('nothing is decided without an answer of Slack', async () => {
    repository.commit({ 'a.txt': '1' }, 'First');
    by(LIN);
    sandbox.faults.plan('users.lookupByEmail', { kind: 'server_error' });
    await expect(ask('approve')).rejects.toBeInstanceOf(AuthorUnknown);
    await expect(ask('prepare')).rejects.toBeInstanceOf(AuthorUnknown);
  });

  it('are not looked up if authors may approve, nor for a rejection', async () => {
    repository.commit({ 'a.txt': '1' }, 'First');
    by(NOREPLY);
    expect((await ask('reject')).unknownAuthors).toBeNull();
    const open = policyOf({
      approvals: approvalsOf({ rules: [{ required: 1, from: null }], authors: true }),
    });
    expect((await ask('approve', open)).unknownAuthors).toBeNull();
  });
});
