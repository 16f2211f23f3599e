import { readFileSync } from 'node:fs';

/**
 * Capabilities that root keeps, by number. Those that would get around a mount or a namespace are dropped: mounting,
 * tracing, creating devices, opening files by handle, loading kernel modules, and reading the network traffic of
 * others.
 */
const KEPT: Readonly<Record<string, number>> = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  NET_BIND_SERVICE: 10,
  IPC_LOCK: 14,
  SYS_CHROOT: 18,
  SYS_NICE: 23,
  SYS_RESOURCE: 24,
  AUDIT_WRITE: 29,
  SETFCAP: 31,
};

/**
 * Arguments for bubblewrap. If bubblewrap is asked for a capability that it does not have, it keeps all of them, so
 * this asks only for those that this process has.
 */
export function keptCapabilities(): string[] {
  const ours = effectiveIn(readFileSync('/proc/self/status', 'utf8')) ?? 0n;
  const kept = Object.entries(KEPT).filter(([, number]) => (ours & bit(number)) !== 0n);
  return ['--cap-drop', 'ALL', ...kept.flatMap(([name]) => ['--cap-add', `CAP_${name}`])];
}

/** Whether a process with this `/proc/PID/status` has no other capabilities than the kept ones. */
export function hasOnlyKept(status: string): boolean {
  const all = Object.values(KEPT).reduce((bits, number) => bits | bit(number), 0n);
  const effective = effectiveIn(status);
  return effective !== null && (effective & ~all) === 0n;
}

function bit(number: number): bigint {
  return 1n << BigInt(number);
}

function effectiveIn(status: string): bigint | null {
  const written = /^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1];
  return written === undefined ? null : BigInt(`0x${written}`);
}
