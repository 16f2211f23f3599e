import { namesIn, type Word } from '../../adapters/executors/words.ts';
import type { BakePolicy } from '../../domain/documents/values/bake.ts';
import { durationText } from '../../domain/time/duration.ts';
import type { CurrentSettings } from '../../flow/settings/current.ts';
import {
  type CommandSettings,
  isRemote,
  type RemoteTarget,
  type StepSettings,
} from '../../flow/settings/steps.ts';
import { redactCredentials } from '../../git/names/repository-url.ts';

const ATTEMPT: Word = 'attempt';

/** How a step is carried out, in words. */
export function stepText(step: StepSettings): string {
  if (!isRemote(step)) return commandText(step);
  return `by ${targetText(step.remote)}; at most ${durationText(step.timeoutMs)}`;
}

/** How a verification is repeated, in words. */
export function bakeText({ forMs, everyMs, failures, yields }: BakePolicy): string {
  const failed = failures === 1 ? 'a check fails' : `${failures} checks in a row fail`;
  const newer = yields ? 'another release that could begin ends it' : 'other releases wait for its end';
  return `repeated for ${durationText(forMs)}, ${durationText(everyMs)} after each check, unless ${failed}; ${newer}, a rollback never waits`;
}

/** How an environment is asked which commit really runs there, in words, without what its headers say. */
export function currentText({ ask }: CurrentSettings): string {
  if ('command' in ask) return commandText(ask.command);
  const { url, field, headers } = ask.address;
  const at = field === null ? '' : `, at ${field.join('.')} of its answer`;
  const names = Object.keys(headers);
  return `${url}${at}${names.length === 0 ? '' : `, with the headers ${names.join(', ')}`}`;
}

/** The first line of a command, and in which image it runs. */
export function commandText({ run, timeoutMs, image }: CommandSettings): string {
  return `${oneLine(run)}${inImage(image)}; at most ${durationText(timeoutMs)}`;
}

export function inImage(image: string | undefined): string {
  return image === undefined ? '' : ` in ${image}`;
}

export function oneLine(command: string): string {
  const [first = '', ...more] = command.trim().split('\n');
  return more.length === 0 ? first : `${first} … (${more.length + 1} lines)`;
}

function targetText(target: RemoteTarget): string {
  switch (target.system) {
    case 'github': {
      const { workflow, project, forge, ref, inputs } = target;
      return `the workflow ${workflow} of ${project} at ${forge}, on ${ref}${toldText('inputs', inputs)}`;
    }
    case 'gitlab': {
      const { project, forge, ref, inputs, variables } = target;
      return `a pipeline of ${project} at ${forge}, on ${ref}${toldText('inputs', inputs)}${toldText('variables', variables)}`;
    }
    case 'jenkins':
      return `the job ${target.job}, as ${target.user}${toldText('parameters', target.parameters)}`;
    case 'http':
      return `${target.url}, with signed requests`;
    case 'git':
      return `a change of ${target.set.map(({ path }) => path.join('.')).join(', ')} in ${target.file} on ${target.branch} of ${redactCredentials(target.repository)}`;
    default:
      return target satisfies never;
  }
}

function toldText(what: string, values: Readonly<Record<string, string>>): string {
  const names = Object.keys(values);
  return names.length === 0 ? '' : `, with the ${what} ${names.join(', ')}`;
}

/** What is lost by the way in which a step is told to another system; null: nothing. */
export function stepWarning(step: StepSettings): string | null {
  if (!isRemote(step)) return null;
  const told = toldIn(step.remote);
  if (told === null || told.some((text) => namesIn(text).includes(ATTEMPT))) return null;
  const lost =
    'if the answer to its start is lost, Slipway cannot find what it started, and a person has to say what became of it';
  const folded =
    step.remote.system === 'jenkins'
      ? '; and Jenkins makes one build of two that wait with equal parameters'
      : '';
  return `Warning: {attempt} is used nowhere: ${lost}${folded}.`;
}

/** What a system is told, where it finds an attempt by nothing else; null: it finds it by itself. */
function toldIn(target: RemoteTarget): string[] | null {
  switch (target.system) {
    case 'github':
      return Object.values(target.inputs);
    case 'gitlab':
      return [...Object.values(target.inputs), ...Object.values(target.variables)];
    case 'jenkins':
      return Object.values(target.parameters);
    case 'http':
    case 'git':
      return null;
    default:
      return target satisfies never;
  }
}
