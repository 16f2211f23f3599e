import { duration } from '../../domain/time/duration.ts';
import { WRONG_MS } from '../../flow/services/clock.ts';
import { type Finding, fine, warning, wrong } from '../online/finding.ts';

/** A clock that differs by more than this is not kept right. */
const WARNED_MS = 5_000;

/** What another clock said, and this one just before and after. In milliseconds since the epoch. */
export interface ClockReading {
  time: number;
  sentAt: number;
  heardAt: number;
}

/** The clocks of servers that answered, each once. */
export class Clocks {
  readonly #read = new Map<string, ClockReading>();

  /** `of`: the server, as people know it. The fastest answer says most. */
  saw(of: string, reading: ClockReading | null): void {
    const known = this.#read.get(of);
    if (reading === null || (known !== undefined && took(known) <= took(reading))) return;
    this.#read.set(of, reading);
  }

  /** In the order of the names. None has answered: said so. */
  findings(): Finding[] {
    if (this.#read.size === 0)
      return [
        warning('clock', 'was not compared: no server told its time', 'compare it by hand, with: date -u'),
      ];
    return [...this.#read]
      .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
      .map(([of, reading]) => clockFinding(of, reading));
  }
}

const took = ({ sentAt, heardAt }: ClockReading) => heardAt - sentAt;

const TODO =
  'set the clock of this machine and keep it right with NTP; if it agrees with all others, that of the server is wrong';

/** What the clock of a server says of this one. */
export function clockFinding(of: string, { time, sentAt, heardAt }: ClockReading): Finding {
  const what = `clock: ${of}`;
  const ahead = (sentAt + heardAt) / 2 - time;
  // The server read its clock at any time between the two.
  const least = Math.abs(ahead) - (heardAt - sentAt) / 2;
  const differs = `this machine is ${duration(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} it`;
  if (least > WRONG_MS) return wrong(what, differs, TODO);
  if (least > WARNED_MS) return warning(what, differs, TODO);
  return fine(what, `agrees with this machine's within ${WARNED_MS / 1_000} s`);
}

/** Of an answer whose headers came by `heardAt`; null: it has no time, or it was kept on the way. */
export function readDate(headers: Headers, sentAt: number, heardAt: number): ClockReading | null {
  const time = Date.parse(headers.get('date') ?? '');
  const isKept = Number(headers.get('age') ?? 0) > 0;
  // A time in whole seconds has lasted half a second, on average.
  return Number.isNaN(time) || isKept ? null : { time: time + 500, sentAt, heardAt };
}
