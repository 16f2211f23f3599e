import express, { type Request, type Response, type Router } from 'express';
import type { Faults } from '../workspace/faults.ts';
import { type Fields, fieldsOf, parseJson } from '../workspace/json.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { BLOCKS } from './blocks.ts';
import { CHAT } from './chat.ts';
import { CONVERSATIONS } from './conversations.ts';
import { answerFault, answerIsLost, answerRateLimited } from './fault-answer.ts';
import { type ApiMethod, SlackError } from './method.ts';
import { PEOPLE } from './people.ts';
import type { RateLimits } from './rate-limits.ts';
import { isGranted, scopesFor } from './scopes.ts';
import { VIEWS } from './views.ts';

/** The methods that this workspace knows. */
export const METHODS: ReadonlyMap<string, ApiMethod> = new Map(
  Object.entries({ ...BLOCKS, ...CHAT, ...CONVERSATIONS, ...PEOPLE, ...VIEWS }),
);

/** Arguments that forms carry as JSON text. */
const JSON_FIELDS = ['blocks', 'metadata', 'view', 'message', 'attachments'];

export interface ApiOptions {
  workspace: Workspace;
  faults: Faults;
  botToken: string;
  /** null: Socket Mode is off. */
  socketMode: { appToken: string; ticket(): string } | null;
  /** null: calls are not limited. */
  limits: RateLimits | null;
  /** Address of the workspace, known once it listens. */
  url(): string;
}

/** A subset of Slack's Web API. */
export function apiRouter(options: ApiOptions): Router {
  const router = express.Router();
  const limit = '4mb';
  router.use(express.json({ limit }), express.urlencoded({ extended: false, limit }));
  router.all('/:method', async (request, response) => {
    const name = request.params.method;
    const args = argsOf(request);
    options.faults.record(name, args);
    const fault = options.faults.take(name);
    if (fault && (await answerFault(fault, response))) return;
    const retryAfter = options.limits?.take(name, args) ?? null;
    if (retryAfter !== null) {
      answerRateLimited(response, retryAfter);
      return;
    }
    setScopes(response, options.workspace, name, args);
    const answer = run(options, name, args, tokenOf(request));
    if (!answerIsLost(fault, response)) response.json(answer);
  });
  return router;
}

function run(options: ApiOptions, name: string, args: Fields, token: string): Fields {
  if (name === 'apps.connections.open') return openConnection(options, token);
  const method = METHODS.get(name);
  if (!method) return { ok: false, error: 'unknown_method', req_method: name };
  if (!token) return { ok: false, error: 'not_authed' };
  if (token === options.socketMode?.appToken) return { ok: false, error: 'not_allowed_token_type' };
  if (token !== options.botToken) return { ok: false, error: 'invalid_auth' };
  const { workspace } = options;
  const missing = scopesFor(workspace, name, args).find((scope) => !isGranted(workspace, scope));
  if (missing !== undefined) {
    const provided = workspace.app.scopes?.join(',') ?? '';
    return { ok: false, error: 'missing_scope', needed: missing, provided };
  }
  try {
    return { ok: true, ...method({ workspace, args, url: options.url() }) };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    const { code, details, more } = error;
    if (details.length === 0) return { ok: false, error: code, ...more };
    return { ok: false, error: code, response_metadata: { messages: details }, ...more };
  }
}

/** The headers by which Slack says what the token may do and what the method needs. */
function setScopes(response: Response, workspace: Workspace, name: string, args: Fields): void {
  const { scopes } = workspace.app;
  if (scopes !== null) response.set('x-oauth-scopes', scopes.join(','));
  response.set('x-accepted-oauth-scopes', scopesFor(workspace, name, args).join(','));
}

/** The address of a new connection of Socket Mode: the only method for an app's own token. */
function openConnection({ socketMode, botToken, url }: ApiOptions, token: string): Fields {
  if (!token) return { ok: false, error: 'not_authed' };
  if (token === botToken) return { ok: false, error: 'not_allowed_token_type' };
  if (token !== socketMode?.appToken) return { ok: false, error: 'invalid_auth' };
  return { ok: true, url: `${url().replace(/^http/, 'ws')}${socketMode.ticket()}` };
}

function tokenOf(request: Request): string {
  const header = request.get('authorization')?.replace(/^Bearer /i, '');
  return header ?? String(fieldsOf(request.body).token ?? '');
}

function argsOf(request: Request): Fields {
  const { token: _, ...args } = { ...fieldsOf(request.query), ...fieldsOf(request.body) };
  for (const name of JSON_FIELDS) {
    const value = args[name];
    if (typeof value !== 'string') continue;
    // Text that is not JSON stays text, so that the check rejects it.
    args[name] = parseJson(value) ?? value;
  }
  return args;
}
