import * as z from 'zod';
import { isFullSha } from '../../domain/ids.ts';
import type { ForgeKind } from '../../flow/settings/forges.ts';
import { isSigned } from '../signature.ts';
import type { Header } from '../standard-webhooks.ts';

/** What one kind of forge sends: its headers, and what is read from its payloads. `receive.ts` does everything else. */
export interface HookKind {
  kind: ForgeKind;
  /** Headers that may name the event; the first that is there counts. */
  event: readonly string[];
  /** Headers that may hold the id of the delivery; the first that is there counts. */
  delivery: readonly string[];
  /** True: one id may stand for pushes of several refs. */
  severalRefs: boolean;
  /** True: a payload may also come in a form, in its field `payload`. */
  forms: boolean;
  /** `now`: in milliseconds. */
  signature: (header: Header, now: number) => HookSignature;
  /** The events that are pushes, by name, with what is read from their payloads. */
  events: Readonly<Record<string, z.ZodType<PushEvent>>>;
  /** The events that tell of a check of a commit, by name. Nothing but the commit is read. */
  rings: Readonly<Record<string, z.ZodType<RingEvent>>>;
  /** Events by which people test the address, and which the forge does not sign even if it has a secret. */
  pings: readonly string[];
  /** The repository that a payload of any event is about. */
  about: z.ZodType<NamedRepository>;
}

/** What the headers of a delivery say about its signature. `header`: where it is, or should be. */
export type HookSignature = { header: string } & (
  | { kind: 'absent' }
  | { kind: 'malformed' }
  /** Signed too long before or after our time. */
  | { kind: 'stale' }
  | {
      kind: 'given';
      /** What people have to do if no secret verifies it; null: as usual. */
      advice: string | null;
      /** False: the body need not be read to know that it was not signed with this secret. */
      mayBeOf: (secret: string) => boolean;
      verify: (raw: Buffer, secret: string) => boolean;
    }
);

/** A repository as a payload names it. */
export interface NamedRepository {
  /** `acme/storefront`; null: it does not say. */
  project: string | null;
  /** Addresses of its web page and for cloning. */
  urls: string[];
}

/** One change of a ref. */
export interface RefPush {
  /** In full: `refs/heads/main`. */
  ref: string;
  deleted: boolean;
  after: string | null;
  pushedBy: string | null;
  /** null: the forge does not say. */
  forced: boolean | null;
}

export interface PushEvent {
  repository: NamedRepository;
  pushes: RefPush[];
}

/** Something happened to a check of a commit, or to a run that carries out a step. */
export interface RingEvent {
  repository: NamedRepository;
  /** In full. */
  sha: string;
  /** The run that it is about. Absent: it does not say. */
  run?: RungRun;
}

/** A run as a payload names it. */
export interface RungRun {
  id: string;
  /** Its name for people, which may hold the id of an attempt. */
  title: string | null;
}

/** Bounded texts of payloads: whoever may sign one may not hold up the others. */
export const projectText = z.string().max(1_000);
export const refText = z.string().min(1).max(1_000);
export const shaText = z.string().max(100).nullish();
export const personText = z.string().max(200).nullish();
export const urlText = z.string().max(2_000).nullish();

/** The commit that a ref is at after a push; null: none, which forges write as zeros. */
export function commitAfter(sha: string | null | undefined): string | null {
  return sha == null || /^0*$/.test(sha) ? null : sha;
}

/** What a payload says, of what may be missing. */
export function urlsOf(...urls: (string | null | undefined)[]): string[] {
  return urls.filter((url) => url != null);
}

/** A repository as GitHub writes it, and Gitea after it. */
export const repository = z
  .object({ full_name: projectText.nullish(), clone_url: urlText, ssh_url: urlText, html_url: urlText })
  .transform(
    ({ full_name, clone_url, ssh_url, html_url }): NamedRepository => ({
      project: full_name ?? null,
      urls: urlsOf(clone_url, ssh_url, html_url),
    }),
  );

/** A commit, in full. */
export const commitSha = z.string().refine(isFullSha);

const withHead = z.object({ head_sha: commitSha });

const withTitle = z.object({ id: z.number().int(), display_title: z.string().max(10_000).nullish() });

/** An event about a check of a commit, as GitHub writes it, and Gitea after it: the field of its name has the commit. */
export function ringAbout(event: 'check_run' | 'check_suite' | 'workflow_run' | 'workflow_job') {
  return z.looseObject({ repository }).transform((payload, ctx): RingEvent => {
    const head = withHead.safeParse(payload[event]).data;
    const run = event === 'workflow_run' ? withTitle.safeParse(payload[event]).data : undefined;
    if (head !== undefined)
      return {
        repository: payload.repository,
        sha: head.head_sha,
        ...(run && { run: { id: String(run.id), title: run.display_title ?? null } }),
      };
    ctx.issues.push({ code: 'custom', message: 'names no commit', input: payload });
    return z.NEVER;
  });
}

/** A commit status, as GitHub and Gitea write it. */
export const statusRing = z.object({ repository, sha: commitSha });

/** A header that may hold the hexadecimal HMAC-SHA256 of the body. */
export interface HmacHeader {
  name: string;
  /** Before the digits: `sha256=`. */
  prefix: string;
}

/** The signature in the first of these headers that is not empty. */
export function hmacSignature(
  header: Header,
  headers: readonly [HmacHeader, ...HmacHeader[]],
): HookSignature {
  const { name, prefix } = headers.find((one) => header(one.name)) ?? headers[0];
  const given = header(name);
  if (!given) return { kind: 'absent', header: name };
  const digits = given.slice(prefix.length);
  if (!given.startsWith(prefix) || !/^[0-9a-f]{64}$/.test(digits)) return { kind: 'malformed', header: name };
  return {
    kind: 'given',
    header: name,
    advice: null,
    mayBeOf: () => true,
    verify: (raw, secret) => isSigned(raw, secret, given, prefix),
  };
}
