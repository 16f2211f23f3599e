import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process for good: pids come again, with another start. */
export interface Known {
  pid: number;
  /** In ticks since the machine started. */
  start: string;
  /** What it is, for people. */
  what: string;
}

interface Stat extends Known {
  parent: number;
  state: string;
}

/** Reads what Linux lists; null: it ended meanwhile. */
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const end = text.lastIndexOf(')');
    // state ppid pgrp session …, the start is the 20th after the name
    const fields = text.slice(end + 2).split(' ');
    return {
      pid,
      what: text.slice(text.indexOf('(') + 1, end),
      state: fields[0] ?? '',
      parent: Number(fields[1]),
      start: fields[19] ?? '',
    };
  } catch {
    return null;
  }
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Everything that a process has started and that still has it for an ancestor. */
export function descendants(ancestor: number): Known[] {
  const all = pids().flatMap((pid) => statOf(pid) ?? []);
  const found: Stat[] = [];
  for (let parents = new Set([ancestor]); parents.size > 0; ) {
    const children = all.filter((stat) => parents.has(stat.parent));
    found.push(...children);
    parents = new Set(children.map(({ pid }) => pid));
  }
  return found;
}

/** Zombies do not run. */
export function runs(known: Known): boolean {
  const stat = statOf(known.pid);
  return stat !== null && stat.start === known.start && stat.state !== 'Z' && stat.state !== 'X';
}

/** Processes whose environment holds `mark`, and whose command line looks like `pattern`; absent: any will do. */
export function marked(mark: string, pattern = /(?:)/): Known[] {
  return pids().flatMap((pid) => {
    if (!pattern.test(commandLine(pid)) || !environmentOf(pid).includes(mark)) return [];
    const stat = statOf(pid);
    return stat && runs(stat) ? [stat] : [];
  });
}

/** Its words, each ended by NUL; empty: it ended meanwhile. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

/** Ends it if it is still that one. */
export function kill(known: Known, signal: NodeJS.Signals): boolean {
  if (!runs(known)) return false;
  try {
    return process.kill(known.pid, signal);
  } catch {
    return false;
  }
}

/** True: it has a TCP connection from this local port. */
export function hasSocket(pid: number, port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set(
    ['tcp', 'tcp6']
      .flatMap((table) => readFileSync(`/proc/net/${table}`, 'latin1').split('\n'))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local]) => local?.endsWith(`:${hex}`))
      .map((fields) => fields[9]),
  );
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(targetOf(`/proc/${pid}/fd/${fd}`)) ?? [];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    return false;
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
