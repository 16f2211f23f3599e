import { fieldsIn, messageIn } from '../../../src/runner/guard/messages.js';

const START = { type: 'start', command: 'true', cwd: '/', env: { HOME: '/' }, deadline: 7, enclosure: null };
const BUBBLEWRAP = { kind: 'bubblewrap', program: 'bwrap', args: ['--unshare-all'] };
const CONTAINER = { kind: 'container', program: 'podman', name: 'a', run: ['run'], remove: ['rm'], env: {} };

describe('a message of a worker to its guard', () => {
  it.each([
    START,
    { ...START, enclosure: BUBBLEWRAP },
    { ...START, enclosure: CONTAINER },
    { type: 'alive', deadline: 7 },
    { type: 'kill', reason: 'cancelled by Ada' },
  ])('is accepted: %j', (message) => {
    expect(messageIn(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    '',
    '{"type":"start","comm',
    'null',
    '[]',
    '{"type":"stop"}',
    '{"type":"alive","deadline":"7"}',
    '{"type":"kill"}',
    JSON.stringify({ ...START, command: undefined }),
    JSON.stringify({ ...START, env: { HOME: 1 } }),
    JSON.stringify({ ...START, enclosure: undefined }),
    JSON.stringify({ ...START, enclosure: { ...BUBBLEWRAP, args: 'all' } }),
    JSON.stringify({ ...START, enclosure: { ...CONTAINER, kind: 'jail' } }),
  ])('is ignored if malformed: %s', (line) => {
    expect(messageIn(line)).toBeNull();
  });
});

test('has no fields if its line ends in the middle', () => {
  expect(fieldsIn('{"exit-code":0')).toEqual({});
  expect(fieldsIn('{"exit-code":0}')).toEqual({ 'exit-code': 0 });
});
