/** Exit codes of `slipway`. */
export const EXIT = {
  ok: 0,
  /** Slipway failed, or could not do what it was asked for. */
  failed: 1,
  /** Wrong arguments, configuration or environment variables. Each error is printed. */
  wrong: 2,
  /** Another process uses the data directory. */
  dataDirectoryInUse: 3,
  /** The server cannot listen on the port. */
  portUnavailable: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Exit codes after a signal, as shells report them. */
const AFTER_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;
/** The signals that stop Slipway. */
export type StopSignal = keyof typeof AFTER_SIGNAL;

export function exitAfter(signal: StopSignal): number {
  return AFTER_SIGNAL[signal];
}
