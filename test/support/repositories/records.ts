import type { RecordsSettings } from '../../../src/flow/settings/records.ts';
import { NO_ACCESS } from '../../../src/git/commands/access.ts';
import type { TemporaryRepository } from './git.ts';

/** Records in this repository, as a product is configured. */
export function recordsIn(
  { url }: TemporaryRepository,
  more: Partial<RecordsSettings> = {},
): RecordsSettings {
  return {
    repository: url,
    access: NO_ACCESS,
    branch: 'main',
    path: '{product}/{environment}.json',
    tags: false,
    formats: null,
    ...more,
  };
}

/** A file as the origin has it now; null: there is none. */
export function fileOf({ git, url }: TemporaryRepository, path: string): Record<string, unknown> | null {
  const has = git('--git-dir', url, 'branch', '--list', 'main') !== '';
  const listed = has ? git('--git-dir', url, 'ls-tree', 'main', '--', path) : '';
  return listed === '' ? null : JSON.parse(git('--git-dir', url, 'show', `main:${path}`));
}
