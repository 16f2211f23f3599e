import { expect, test } from '@jest/globals';
import { renderToStaticMarkup } from 'react-dom/server';
import { Blocks } from '../../../src/sandbox/page/blocks/blocks.tsx';
import { NamesContext } from '../../../src/sandbox/page/blocks/text.tsx';
import { formatDate } from '../../../src/sandbox/page/shared/time.ts';

type Json = Record<string, unknown>;

const NAMES = {
  people: [{ id: 'U0ADA', name: 'Ada', realName: 'Ada Jansen', isBot: false, kind: 'member' as const }],
  channels: [{ id: 'C1', name: 'general', isDirect: false, isPrivate: false, archived: false, joined: true }],
  as: 'U0ADA',
};

function drawn(...blocks: Json[]): string {
  return renderToStaticMarkup(
    <NamesContext value={NAMES}>
      <Blocks blocks={blocks} />
    </NamesContext>,
  );
}

const mrkdwn = (text: string): Json => ({ type: 'section', text: { type: 'mrkdwn', text } });
const rich = (...elements: Json[]): Json => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});

test('an escaped mention is text, and a mention is a name', () => {
  expect(drawn(mrkdwn('&lt;!channel&gt; <@U0ADA> <#C1>'))).toContain(
    '&lt;!channel&gt; <span class="mention me">@Ada</span> <span class="mention">#general</span>',
  );
});

test('in rich text nothing is parsed', () => {
  const foreign = '*bold* <!here> &lt;b&gt; <script>';
  expect(drawn(rich({ type: 'text', text: foreign }))).toContain(
    '*bold* &lt;!here&gt; &amp;lt;b&amp;gt; &lt;script&gt;',
  );
});

test('rich text has lists, quotes, log lines, styles and emoji', () => {
  const words = (text: string, style: Json = {}) => ({ type: 'text', text, style });
  const item = { type: 'rich_text_section', elements: [words('abc123f', { code: true })] };
  const markup = drawn({
    type: 'rich_text',
    elements: [
      { type: 'rich_text_list', style: 'bullet', elements: [item] },
      { type: 'rich_text_list', style: 'ordered', offset: 2, elements: [item] },
      { type: 'rich_text_quote', elements: [words('voucher', { bold: true, italic: true, strike: true })] },
      { type: 'rich_text_preformatted', elements: [words('GET /  500')] },
      {
        type: 'rich_text_section',
        elements: [
          { type: 'emoji', name: 'tada', unicode: '1f389' },
          { type: 'emoji', name: 'own' },
        ],
      },
    ],
  });
  expect(markup).toMatch(/<ul[^>]*><li><code>abc123f<\/code><\/li><\/ul>/);
  expect(markup).toMatch(/<ol start="3"/);
  expect(markup).toContain('<blockquote><s><i><b>voucher</b></i></s></blockquote>');
  expect(markup).toContain('<pre>GET /  500</pre>');
  expect(markup).toContain('🎉:own:');
});

test('a link that a browser should not open is text', () => {
  expect(drawn(mrkdwn('<javascript:alert(1)|prod#42>'))).toContain('<p class="text">prod#42</p>');
  expect(drawn(rich({ type: 'link', url: 'https://a.example', text: 'prod#42' }))).toContain(
    '<a href="https://a.example" target="_blank" rel="noreferrer">prod#42</a>',
  );
});

test('context, fields, header, image, table and markdown are drawn, and an unknown block is named', () => {
  const markup = drawn(
    { type: 'context', elements: [{ type: 'mrkdwn', text: 'prod#42 · *promotion*' }] },
    { type: 'section', fields: [{ type: 'plain_text', text: '*as it stands*' }] },
    { type: 'header', text: { type: 'plain_text', text: 'Head' } },
    { type: 'image', image_url: 'https://a.example/x.png', alt_text: 'a chart' },
    {
      type: 'table',
      rows: [[{ type: 'raw_text', text: 'commit' }], [{ type: 'raw_text', text: 'abc123f' }]],
    },
    { type: 'markdown', text: '# Notes' },
    { type: 'divider' },
    { type: 'video' },
  );
  expect(markup).toContain('prod#42 · <b>promotion</b>');
  expect(markup).toContain('*as it stands*');
  expect(markup).toContain('<h3 class="block">Head</h3>');
  expect(markup).toContain('alt="a chart"');
  expect(markup).toContain('<th>commit</th>');
  expect(markup).toContain('<td>abc123f</td>');
  expect(markup).toContain('# Notes');
  expect(markup).toContain('<hr/>');
  expect(markup).toContain('cannot draw a block of type “video”');
});

test('a plan says in words how each step stands, and shows the details of what runs or failed', () => {
  const task = (title: string, status: string, more: Json = {}) => ({
    type: 'task_card',
    task_id: title,
    title,
    status,
    ...more,
  });
  const output = (text: string) => ({ output: rich({ type: 'text', text }) });
  const markup = drawn({
    type: 'plan',
    title: 'Deploying <b>',
    tasks: [
      task('Build', 'complete', output('42 s')),
      task('Deploy', 'in_progress', output('120 of 400 files')),
      task('Verify', 'pending'),
      task('Smoke test', 'error', { sources: [{ type: 'url', url: 'javascript:alert(1)', text: 'log' }] }),
      task('Later', 'unheard of'),
    ],
  });
  expect(markup).toContain('Deploying &lt;b&gt;');
  const steps = [...markup.matchAll(/<bdi>(.*?)<\/bdi><span class="task-status"> (.*?)<\/span>/g)];
  expect(steps.map(([, title, words]) => `${title}: ${words}`)).toEqual([
    'Build: done',
    'Deploy: running',
    'Verify: not started',
    'Smoke test: failed',
    'Later: not started',
  ]);
  expect(markup).toMatch(/<details class="task task-complete">/);
  expect(markup).toMatch(/<details class="task task-in_progress" open="">/);
  expect(markup).not.toContain('javascript:');
});

const ELEMENTS: [what: string, element: Json, markup: RegExp][] = [
  ['an initial text', { type: 'plain_text_input', initial_value: 'why' }, /<input[^>]* value="why"/],
  ['an initial time', { type: 'timepicker', initial_time: '14:00' }, /type="time"[^>]* value="14:00"/],
  ['an initial person', { type: 'users_select', initial_user: 'U0ADA' }, /role="combobox"[^>]* value="Ada"/],
  ['an unknown element', { type: 'file_input' }, /cannot draw an element of type “file_input”/],
];

test.each(ELEMENTS)('an input shows %s, below its label', (_what, element, expected) => {
  const label = { type: 'plain_text', text: 'Reason' };
  const block = { type: 'input', block_id: 'b', label, element: { action_id: 'a', ...element } };
  expect(drawn(block)).toMatch(/class="label"[^>]*>Reason/);
  expect(drawn(block)).toMatch(expected);
});

test('a button has its label for screen readers, and is in its section or in a row', () => {
  const button = { type: 'button', text: { type: 'plain_text', text: 'Approve' }, action_id: 'approve' };
  const markup = drawn(
    { ...mrkdwn('prod'), accessory: { ...button, accessibility_label: 'Approve prod#42' } },
    { type: 'actions', elements: [{ ...button, style: 'primary' }] },
  );
  expect(markup).toMatch(/with-accessory.*aria-label="Approve prod#42"/);
  expect(markup).toMatch(/class="actions"><button type="button" class="button primary"/);
});

test('dates are relative or named, and other text stays', () => {
  const now = Math.floor(Date.now() / 1000);
  const day = 24 * 60 * 60;
  expect(formatDate(now, '{date_short_pretty} at {time}')).toMatch(/^today at \d{1,2}:\d{2}/);
  expect(formatDate(now - day, '{date_pretty}')).toBe('yesterday');
  expect(formatDate(now + day, '{date_long_pretty}')).toBe('tomorrow');
  expect(formatDate(0, '{date_num} {nothing}')).toMatch(/^19(69|70)-\d{2}-\d{2} \{nothing\}$/);
  expect(formatDate(now, '{time_secs}')).toMatch(/\d:\d{2}:\d{2}/);
  for (const token of ['{date}', '{date_short}', '{date_long}']) {
    expect(formatDate(now, token)).toMatch(/\d/);
  }
});
