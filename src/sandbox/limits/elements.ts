import { type Fields, fieldsOf, isFields, listOf, textOf } from '../workspace/json.ts';
import type { Report } from './report.ts';

/** Maximum number of options of each element type. */
const OPTIONS: Record<string, number> = {
  static_select: 100,
  multi_static_select: 100,
  overflow: 5,
  checkboxes: 10,
  radio_buttons: 10,
};

const WITHOUT_OPTIONS = [
  'plain_text_input',
  'rich_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'datepicker',
  'timepicker',
  'datetimepicker',
  'users_select',
  'multi_users_select',
  'conversations_select',
  'multi_conversations_select',
  'channels_select',
  'multi_channels_select',
  'external_select',
  'multi_external_select',
  'file_input',
  'workflow_button',
];

/** Checks a button, an input or a menu. */
export function checkElement(report: Report, element: Fields, path: string): void {
  const type = textOf(element.type);
  report.atMost(`${path}/action_id`, textOf(element.action_id), 255);
  if (element.placeholder !== undefined) report.plainText(`${path}/placeholder`, element.placeholder, 150);
  if (element.confirm !== undefined) checkConfirm(report, fieldsOf(element.confirm), `${path}/confirm`);
  const options = OPTIONS[type];
  if (type === 'button') checkButton(report, element, path);
  else if (options !== undefined) checkOptions(report, element, path, options);
  else if (!WITHOUT_OPTIONS.includes(type)) report.add(`${path}/type`, `unsupported type: ${type}`);
  if (type !== 'plain_text_input') return;
  report.atMost(`${path}/initial_value`, textOf(element.initial_value), 3000);
  if (Number(element.max_length ?? 0) > 3000) report.add(`${path}/max_length`, 'must be less than 3001');
  if (Number(element.min_length ?? 0) > 3000) report.add(`${path}/min_length`, 'must be less than 3001');
}

function checkButton(report: Report, button: Fields, path: string): void {
  report.plainText(`${path}/text`, button.text, 75);
  report.atMost(`${path}/value`, textOf(button.value), 2000);
  report.atMost(`${path}/url`, textOf(button.url), 3000);
  report.atMost(`${path}/accessibility_label`, textOf(button.accessibility_label), 75);
  const { style } = button;
  if (style !== undefined && style !== 'primary' && style !== 'danger') {
    report.add(`${path}/style`, 'must be primary or danger');
  }
}

function checkConfirm(report: Report, confirm: Fields, path: string): void {
  report.plainText(`${path}/title`, confirm.title, 100);
  report.text(`${path}/text`, confirm.text, 300);
  report.plainText(`${path}/confirm`, confirm.confirm, 30);
  report.plainText(`${path}/deny`, confirm.deny, 30);
}

function checkOptions(report: Report, element: Fields, path: string, limit: number): void {
  const isGrouped = Array.isArray(element.option_groups);
  if (!isGrouped || listOf(element.option_groups).length === 0) {
    report.elements(`${path}/options`, element.options, limit);
  }
  checkOptionGroups(report, element, path, limit);
  checkInitial(report, element, path);
}

/** Checks the options of a menu, grouped or not. */
export function checkOptionGroups(report: Report, menu: Fields, path: string, limit: number): void {
  report.count(`${path}/options`, listOf(menu.options), limit);
  checkEach(report, menu.options, `${path}/options`);
  report.count(`${path}/option_groups`, listOf(menu.option_groups), 100);
  listOf(menu.option_groups).forEach((group, at) => {
    const here = `${path}/option_groups/${at}`;
    report.plainText(`${here}/label`, group.label, 75);
    report.elements(`${here}/options`, group.options, limit);
    checkEach(report, group.options, `${here}/options`);
  });
}

/** What is chosen at first must be one of the options, in every part. */
function checkInitial(report: Report, element: Fields, path: string): void {
  const options = [
    ...listOf(element.options),
    ...listOf(element.option_groups).flatMap((group) => listOf(group.options)),
  ].map((option) => JSON.stringify(option));
  const initial = [
    ...(element.initial_option === undefined ? [] : [element.initial_option]),
    ...listOf(element.initial_options),
  ];
  if (initial.some((option) => !options.includes(JSON.stringify(option)))) {
    report.add(`${path}/initial_option`, 'must be one of the options');
  }
}

function checkEach(report: Report, options: unknown, path: string): void {
  if (!Array.isArray(options)) return;
  options.forEach((option: unknown, at) => {
    const here = `${path}/${at}`;
    if (!isFields(option)) {
      report.add(here, 'must be an object');
      return;
    }
    report.text(`${here}/text`, option.text, 75);
    report.atMost(`${here}/value`, textOf(option.value), 150);
    if (option.description !== undefined) report.plainText(`${here}/description`, option.description, 75);
  });
}
