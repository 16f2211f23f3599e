import type { ReportUse } from '../../domain/documents/values/report.ts';

/** The kinds of forge that Slipway knows. Forgejo is a `gitea`. */
export const FORGE_KINDS = ['github', 'gitlab', 'bitbucket', 'gitea'] as const;
export type ForgeKind = (typeof FORGE_KINDS)[number];

/** How Slipway logs in to a forge. */
export type ForgeAccess =
  /** `user`: the token is sent with it, as Basic. null: as Bearer, or in the forge's own way. */
  | { kind: 'token'; token: string; user: string | null }
  /** A GitHub App; `key` is its private key. */
  | { kind: 'app'; id: number; key: string }
  | { kind: 'none' };

/** One forge of the configuration. */
export interface ForgeSettings {
  /** The name of its host, with its port where it has one of its own; another name only where `api` is given. */
  name: string;
  kind: ForgeKind;
  /** Without a slash at its end. Absent in the file: null, the usual one of its kind and host. */
  api: string | null;
  access: ForgeAccess;
  /** What it is told about releases. */
  report: ReportUse[];
}
