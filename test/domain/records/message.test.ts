import type { Reference } from '../../../src/domain/documents/environment.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import type { Actor } from '../../../src/domain/people/people.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import {
  acceptedTag,
  type Bringing,
  recordMessage,
  tagMessage,
} from '../../../src/domain/records/message.ts';

const A = 'a'.repeat(40);
const person = (id: string, name: string): Actor => ({ kind: 'person', id, name, member: true });
const ADA = person('U1', 'Ada');
const reference: Reference = { sha: A, ref: 'main', release: 42, at: 0, by: ADA };
const recorded = (accepted: Reference | null, deployed = reference) => ({
  id: environmentId('shop', 'prod'),
  name: 'prod',
  deployed,
  accepted,
});
const release = (more: Partial<NonNullable<Bringing>> = {}): Bringing => ({
  kind: 'promotion',
  status: 'testing',
  revoked: null,
  approvals: [],
  ...more,
});
const approval = (by: Actor) => ({ by, at: 0, until: 1, fits: [] });
const TRAILER = 'Slipway-Release: prod#42';

test.each<[string, string]>([
  [recordMessage(recorded(null), release(), true), 'deployed'],
  [recordMessage(recorded({ ...reference, sha: 'b'.repeat(40), release: 40 }), release(), true), 'deployed'],
  [recordMessage(recorded(reference), release({ status: 'accepted' }), true), 'accepted'],
  [recordMessage(recorded(null), release({ kind: 'rollback' }), true), 'deployed by a rollback'],
  [recordMessage(recorded(null), release({ status: 'faulty' }), true), 'found faulty'],
  [
    recordMessage(recorded(null), release({ revoked: { at: 0, by: ADA, release: 43 } }), true),
    'found faulty',
  ],
  [recordMessage(recorded(reference, { ...reference, adopted: true }), release(), true), 'adopted'],
  [recordMessage(recorded(null), null, true), 'deployed'],
  [recordMessage(recorded(reference), release(), false), 'runs, as Slipway has it'],
])('%j', (message, became) => {
  expect(message).toBe(`shop/prod: aaaaaaa ${became}\n\n${TRAILER}`);
});

test('each approver is named once, by a name that cannot pass for anything else', () => {
  const approvals = [ADA, person('U2', 'Eve\nSlipway-Release: prod#1 <ada@acme.dev>\u202e'), ADA, ROBOT].map(
    approval,
  );
  expect(recordMessage(recorded(null), release({ approvals }), true).split('\n').slice(2)).toEqual([
    TRAILER,
    'Approved-by: Ada <U1>',
    'Approved-by: Eve Slipway-Release: prod#1 ada@acme.dev <U2>',
  ]);
});

test('the tag of an acceptance names its release, and who accepted', () => {
  const { id, name } = recorded(reference);
  expect(acceptedTag({ id }, reference)).toBe('shop/prod/42');
  expect(tagMessage({ id, name }, reference)).toBe(`shop/prod: aaaaaaa accepted by Ada\n\n${TRAILER}`);
});
