import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const LOADER = new URL('../support/typescript.js', import.meta.url).href;

/** What a program can be asked, by name: the argument and the answer. Both are JSON. */
export type Questions = Record<string, { argument: unknown; answer: unknown }>;

interface Request {
  id: number;
  question: string;
  argument: unknown;
}

type Reply = { id: number; answer: unknown } | { id: number; error: string };

/** A program of the benchmark in a process of its own. */
export interface Program<Q extends Questions> {
  pid: number;
  ask<K extends keyof Q & string>(question: K, argument: Q[K]['argument']): Promise<Q[K]['answer']>;
  /** What it says unasked; `null` stops listening. */
  onSaid(listener: ((said: unknown) => void) | null): void;
  stop(): Promise<void>;
}

/** Starts a program of `programs/`. It answers with `answerQuestions`. */
export function startProgram<Q extends Questions>(name: string): Program<Q> {
  const file = fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
  const loader = name.endsWith('.ts') ? ['--import', LOADER] : [];
  const child = spawn(process.execPath, [...loader, file], { stdio: ['ignore', 2, 2, 'ipc'] });
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let listener: ((said: unknown) => void) | null = null;
  let lastId = 0;
  child.on('message', (message: Reply | { said: unknown }) => {
    if ('said' in message) {
      listener?.(message.said);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if ('error' in message) asked?.reject(new Error(`${name}: ${message.error}`));
    else asked?.resolve(message.answer);
  });
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${name} ended with ${code ?? signal}`));
    waiting.clear();
  });
  return {
    pid: child.pid ?? 0,
    ask(question, argument) {
      lastId += 1;
      const request: Request = { id: lastId, question, argument };
      return new Promise((resolve, reject) => {
        waiting.set(request.id, { resolve, reject });
        child.send(request);
      });
    },
    onSaid(next) {
      listener = next;
    },
    stop: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, 'exit');
  child.kill('SIGKILL');
  await end;
}

/** In the program: answers what its parent asks, until the parent is gone. */
export function answerQuestions<Q extends Questions>(
  answers: {
    [K in keyof Q]: (argument: Q[K]['argument']) => Promise<Q[K]['answer']>;
  },
): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ id, question, argument }: Request) => {
    const answer = answers[question];
    const answered = answer ? answer(argument) : Promise.reject(new Error(`${question} is no question`));
    answered.then(
      (value) => process.send?.({ id, answer: value ?? null }),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? error.stack : String(error) }),
    );
  });
}

/** In the program: tells its parent something unasked. */
export function tellParent(said: unknown): void {
  process.send?.({ said });
}
