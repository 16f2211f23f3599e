/** A request to stop the demo. */
export interface Interrupt {
  /** Resolves at the first SIGINT or SIGTERM with the exit code for it. The second ends the process at once. */
  asked: Promise<number>;
  /** Stops listening. */
  off(): void;
}

/** Exit codes after a signal, as shells report them. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Starts listening for SIGINT and SIGTERM. */
export function onInterrupt(): Interrupt {
  let off: () => void = () => {};
  const asked = new Promise<number>((resolve) => {
    let again = false;
    const hear = (signal: NodeJS.Signals) => {
      const code = signal === 'SIGTERM' ? EXIT_CODES.SIGTERM : EXIT_CODES.SIGINT;
      if (again) process.exit(code);
      again = true;
      resolve(code);
    };
    process.on('SIGINT', hear);
    process.on('SIGTERM', hear);
    off = () => {
      process.off('SIGINT', hear);
      process.off('SIGTERM', hear);
    };
  });
  return { asked, off };
}
