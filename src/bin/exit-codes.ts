/** How a command of `slipway` ends. */
export const EXIT = {
  ok: 0,
  /** Slipway itself failed, or what it was asked for did not come about. */
  failed: 1,
  /** Wrong arguments, configuration or environment variables; each is printed. */
  wrong: 2,
  /** Another process works in the data directory. */
  dataDirectoryInUse: 3,
  /** The port cannot be listened on. */
  portUnavailable: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ended by a signal, as a shell counts it. */
const AFTER_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof AFTER_SIGNAL;

export function exitAfter(signal: StopSignal): number {
  return AFTER_SIGNAL[signal];
}
