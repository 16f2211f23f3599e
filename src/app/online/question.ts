import { duration } from '../../domain/time/duration.ts';
import { within } from '../../flow/services/within.ts';
import { type Finding, wrong } from './finding.ts';
import { sideBySide } from './shared.ts';

/** Something that is looked at by itself: whatever becomes of it, the others are told. */
export interface Question {
  /** What the finding is about if there is no answer. */
  what: string;
  /** Comes to no finding where there is nothing to tell. */
  ask(): Promise<readonly Finding[]>;
}

export interface Bounds {
  /** How long a question may take. */
  eachMs: number;
  /** After so long no more questions are asked. */
  stopMs: number;
}

/** Questions that are asked at a time, of one kind. */
const AT_A_TIME = 8;

/** Asks all questions, side by side within bounds, and tells the answers in their order. */
export async function answersTo(questions: readonly Question[], bounds: Bounds): Promise<Finding[]> {
  const end = performance.now() + bounds.stopMs;
  const answers = await sideBySide(AT_A_TIME, questions, async (question) =>
    performance.now() > end ? [unasked(question.what)] : await answerTo(question, bounds.eachMs),
  );
  return answers.flat();
}

async function answerTo({ what, ask }: Question, eachMs: number): Promise<readonly Finding[]> {
  try {
    return (await within(eachMs, ask())) ?? [late(what, eachMs)];
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return [wrong(what, `could not be looked at: ${says}`, 'report this, with what was told here')];
  }
}

const late = (what: string, ms: number): Finding =>
  wrong(what, `did not answer within ${duration(ms)}`, 'see whether this machine reaches it, and ask again');

const unasked = (what: string): Finding =>
  wrong(what, 'was not asked: what was asked before it took too long', 'mend what is slow, and ask again');
