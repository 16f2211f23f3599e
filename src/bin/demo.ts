import { runDemo } from '../demo/demo.ts';

/** Plays the whole story on this machine. Resolves with the demo's exit code. */
export function demo(options: { auto: boolean; port: number | null }): Promise<number> {
  return runDemo(options);
}
