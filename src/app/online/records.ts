import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordsSettings } from '../../flow/settings/records.ts';
import type { ProductSettings } from '../../flow/settings/settings.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { openMirror } from '../../git/mirror/mirror.ts';
import { plainAddress } from '../../git/names/repository-url.ts';
import { askForge } from '../forge-login.ts';
import { sourceOfRecords } from '../records.ts';
import { type Finding, fine, wrong } from './finding.ts';
import type { ReadOptions } from './repository.ts';

/** Whether git can read the repository of records. Whether it takes a push shows only when something is pushed. */
export async function recordsFinding(
  { name }: Pick<ProductSettings, 'name'>,
  records: RecordsSettings,
  { forges, forge, gitTimeoutMs }: ReadOptions,
): Promise<Finding> {
  const { repository, access, branch } = records;
  const what = `${name}: records in ${plainAddress(repository)}`;
  const directory = await mkdtemp(join(tmpdir(), 'slipway-check-'));
  try {
    const mirror = openMirror({
      directory: join(directory, 'mirror.git'),
      repository,
      access,
      askLogin: askForge(sourceOfRecords(records), forges, forge),
      quickTimeoutMs: gitTimeoutMs,
    });
    const head = await mirror.remoteHead(branch);
    const said = head === null ? `the first record makes branch ${branch}` : `has branch ${branch}`;
    return fine(what, `${said}; whether the login may push there shows with the next record`);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const todo =
      'check the address, and the login of records: it must be able to read the repository and to push';
    return wrong(what, `git cannot read it: ${error.message}`, todo);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
