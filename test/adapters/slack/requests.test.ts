import {
  type RequestModal,
  submittedRequest,
} from '../../../src/adapters/slack/controllers/dialogs/submitted-request.ts';
import { clickedRequest, type RequestAction } from '../../../src/adapters/slack/listeners/requests.ts';
import { parseCommand } from '../../../src/chat/command/parse.ts';

const SHA = 'a1'.repeat(20);
const TARGET = { product: 'shop', environment: 'prod' };
const where = {
  products: [{ name: 'shop', environments: ['integration', 'prod'] }],
  channelProducts: ['shop'],
};
const value = { environment: 'shop/prod', release: 42, sha: SHA, shown: 7 };

test.each<[RequestAction, string]>([
  ['prepareAgain', `prepare prod ${SHA}`],
  ['why', 'why prod#42'],
  ['approve', 'approve prod#42'],
  ['deploy', 'deploy prod#42'],
  ['accept', 'accept prod#42'],
  ['cancelRunning', 'cancel prod#42'],
  ['retry', 'retry prod#42'],
  ['retryVerification', 'retry prod#42'],
  ['resume', 'resume prod'],
])('a click on %s asks for the same as "%s"', (action, text) => {
  expect(clickedRequest(action, TARGET, value)).toEqual(parseCommand(text, where));
});

test.each<RequestAction>(['approve', 'deploy', 'accept', 'cancelRunning', 'retry', 'retryVerification'])(
  'a click on %s without a release asks for nothing',
  (action) => {
    expect(clickedRequest(action, TARGET, { environment: 'shop/prod' })).toBeNull();
  },
);

test.each<[RequestModal, string]>([
  ['reject', 'reject prod#42 too slow'],
  ['testFailed', 'fail prod#42 too slow'],
  ['acceptAnyway', 'accept prod#42 too slow'],
  ['cancel', 'cancel prod#42 too slow'],
  ['overrideFreeze', 'override prod#42 too slow'],
  ['rollback', `rollback prod ${SHA} too slow`],
  ['redeploy', 'redeploy prod too slow'],
  ['hotfix', 'hotfix prod v1.2 too slow'],
  ['adopt', 'adopt prod v1.2 too slow'],
  ['pause', 'pause prod too slow'],
])('the dialog of %s asks for the same as "%s"', (name, text) => {
  const input = { reason: 'too slow', target: name === 'rollback' ? SHA : null, commit: 'v1.2' };
  expect(submittedRequest(name, TARGET, { release: 42, freeze: 1 }, input)).toEqual(
    parseCommand(text, where),
  );
});

test.each<RequestModal>(['reject', 'testFailed', 'acceptAnyway', 'cancel', 'overrideFreeze'])(
  'the dialog of %s without a release asks for nothing',
  (name) => {
    const input = { reason: 'too slow', target: null, commit: null };
    expect(submittedRequest(name, TARGET, {}, input)).toBeNull();
  },
);

test('the dialog of a freeze that it does not name, as an older program drew it, asks for nothing', () => {
  const input = { reason: 'too slow', target: null, commit: null };
  expect(submittedRequest('overrideFreeze', TARGET, { release: 42 }, input)).toBeNull();
});

test.each([
  ['rollback', { leaves: SHA }],
  ['redeploy', { runs: SHA, commit: null }],
] as const)('the dialog of %s names the commit that it showed', (name, names) => {
  const input = { reason: 'too slow', target: null, commit: null };
  expect(submittedRequest(name, TARGET, { sha: SHA }, input)).toMatchObject(names);
});

test('the dialog of a rollback confirms what goes past only for the target that it showed', () => {
  const shown = { sha: SHA, past: 'past:9f8e7d6+1', pastTo: SHA };
  const input = { reason: 'too slow', target: SHA, commit: null };
  expect(submittedRequest('rollback', TARGET, shown, input)).toHaveProperty('past.count', 2);
  const others = [
    [shown, { ...input, target: 'b2'.repeat(20) }],
    [{ sha: SHA, past: 'past:unchecked' }, input],
  ] as const;
  for (const [metadata, filled] of others) {
    expect(submittedRequest('rollback', TARGET, metadata, filled)).not.toHaveProperty('past');
  }
});

test('a button of Prepare Again reads the commit from its build too; without one, it asks for nothing', () => {
  const { sha: _sha, ...without } = value;
  expect(clickedRequest('prepareAgain', TARGET, { ...without, build: `shop@${SHA}` })).toMatchObject({
    commit: SHA,
  });
  expect(clickedRequest('prepareAgain', TARGET, without)).toBeNull();
  expect(clickedRequest('prepareAgain', TARGET, { ...without, build: 'shop' })).toBeNull();
});
