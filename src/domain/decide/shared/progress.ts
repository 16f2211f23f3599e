/** A card shows a new line of output at most this often (CARDS §2). */
const NEW_LINE_MS = 15_000;

/** A card says how long a command runs, so it is drawn again this often even if nothing new is printed. */
const SILENT_MS = 60_000;

/** Whether a card that was drawn at `shownAt` may be drawn again because something small is new. */
export function isShownAgain(shownAt: number, at: number): boolean {
  return at - shownAt >= NEW_LINE_MS;
}

/** Whether the cards of a running attempt are drawn again when its command says `lastLine`. */
export function showsProgress(
  attempt: { lastLine: string | null; progressAt: number },
  lastLine: string | null,
  at: number,
): boolean {
  return at - attempt.progressAt >= (lastLine === attempt.lastLine ? SILENT_MS : NEW_LINE_MS);
}
