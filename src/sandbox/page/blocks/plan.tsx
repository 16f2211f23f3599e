import { RichText } from './rich-text.tsx';
import { asArray, asRecord, asText } from './unknown.ts';

type Fields = Record<string, unknown>;

interface Status {
  sign: string;
  words: string;
}

const PENDING: Status = { sign: '○', words: 'not started' };

const STATUSES: Record<string, Status> = {
  pending: PENDING,
  in_progress: { sign: '◔', words: 'running' },
  complete: { sign: '✓', words: 'done' },
  error: { sign: '✕', words: 'failed' },
};

/** A `plan` block: a title and its tasks. */
export function Plan({ block }: { block: Fields }) {
  const title = asText(block.title);
  return (
    <section className="block plan" aria-label={title}>
      <p className="plan-title" dir="auto">
        {title}
      </p>
      <ol>
        {asArray(block.tasks).map((each, index) => {
          const task = asRecord(each);
          const key = `${asText(task.task_id)}-${index}`;
          return (
            <li key={key}>
              <Task task={task} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** A `task_card` block. Its details are folded once it is done. */
export function Task({ task }: { task: Fields }) {
  const status = asText(task.status);
  const { sign, words } = STATUSES[status] ?? PENDING;
  const title = (
    <>
      <span className="sign" aria-hidden="true">
        {sign}
      </span>
      <bdi>{asText(task.title)}</bdi>
      <span className="task-status"> {words}</span>
    </>
  );
  const sources = asArray(task.sources).map(asRecord);
  const hasMore = Boolean(task.details || task.output) || sources.length > 0;
  if (!hasMore) return <p className={`task task-${status}`}>{title}</p>;
  return (
    <details className={`task task-${status}`} open={status === 'in_progress' || status === 'error'}>
      <summary>{title}</summary>
      <div className="task-more">
        {task.details ? <RichText block={asRecord(task.details)} /> : null}
        {task.output ? <RichText block={asRecord(task.output)} /> : null}
        {sources.map(({ url, text }) => (
          <p key={asText(url)}>
            <a
              href={/^https?:/i.test(asText(url)) ? asText(url) : undefined}
              target="_blank"
              rel="noreferrer"
            >
              {asText(text) || asText(url)}
            </a>
          </p>
        ))}
      </div>
    </details>
  );
}
