import { ASKS } from '../domain/model/model-run.ts';

/** What runs of `MODEL=… SEED=… npm test -- test/domain/model/model.test.ts` came to. */
const TRIED = [
  { sequences: 600, seed: 20_261_124 },
  { sequences: 4_000, seed: 7 },
  { sequences: 5_000, seed: 11 },
];

const FAULTS = [
  'RULES 11: a retry that waited while a commit was adopted was deployed over it',
  'RULES 16: adopting called an interrupted deploy superseded, not only an errored verification',
  'RULES 7: a lock or a freeze sent back a release that was still soaking, and so not first',
  'RULES 8: a release that soaked on an acceptance heard only at the end of the soak that it was revoked',
];

const all = TRIED.map(({ sequences, seed }) => `${sequences} (seed ${seed})`).join(', ');

export const MODEL_RUN = `\`test/domain/model/model.test.ts\` does the same to the domain and to a small model of [the rules](spec/rules.md) that knows nothing of the domain but its names and lease times:
two environments whose modes change, three commits, five people, ${ASKS.length} commands of people, workers that end well, badly, late or never, time that
jumps and is set back, effects that come late or twice, decisions made from facts that were read before something else
happened. After every step both say the same: accepted or refused and by which rule, the status of every release, what is
deployed, accepted, desired and uncertain, the queue, and what begins next.

Sequences of up to 50 steps tried so far: ${all}. Faults found by writing and running it, each now held by a test in \`rules-adopt.test.ts\`; with any one of them back
in the domain, fewer than 600 sequences find it:

${FAULTS.map((fault) => `- ${fault}`).join('\n')}`;
