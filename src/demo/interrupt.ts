/** Somebody asked the demo to stop. */
export interface Interrupt {
  /** Settles at the first SIGINT or SIGTERM with the exit code for it; the second ends the process at once. */
  asked: Promise<number>;
  /** Listens no longer. */
  off(): void;
}

/** Ended by a signal, as a shell counts it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

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
