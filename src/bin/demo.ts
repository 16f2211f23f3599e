import { runDemo } from '../demo/demo.ts';

/** Plays the whole story on this machine; the exit code is the demo's own. */
export function demo(options: { auto: boolean; port: number | null }): Promise<number> {
  return runDemo(options);
}
