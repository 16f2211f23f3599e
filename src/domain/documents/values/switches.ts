/**
 * Why Slipway writes to one person: a rule for approvals names them, or a group of theirs; a release that they prepared or
 * deployed has ended; a commit of theirs reached an environment; somebody asks for their lock.
 */
export const DIRECT_KINDS = ['awaited', 'group', 'ended', 'reached', 'lock'] as const;
export type DirectKind = (typeof DIRECT_KINDS)[number];

/** Which direct messages a person wants, as far as they have chosen. */
export type Switches = { [K in DirectKind]?: boolean | undefined };

/** Who is needed by name is told. Of a group only those who chose it are: nobody writes to each of forty people. */
const DEFAULTS: Readonly<Record<DirectKind, boolean>> = {
  awaited: true,
  group: false,
  ended: false,
  reached: false,
  lock: true,
};

/** Whether the person gets such messages: as they chose, or as is usual. */
export function wants(switches: Switches, kind: DirectKind): boolean {
  return switches[kind] ?? DEFAULTS[kind];
}
