import { Malformed } from '../../malformed.js';
import type { DocumentAnswer, EvidenceAnswers } from '../answers.js';
import type { PackEvent } from '../lines.js';
import type { Manifest } from '../manifest.js';
import { both, html, table, time, type Content, type Html } from './html.js';
import { References } from './references.js';
import { Sections, section } from './sections.js';
import { REPORT_STYLE } from './style.js';
import { questionWords } from './words.js';

/** Says which version of this file made a report, so that a verifier knows whether it can make it again. */
export const REPORT_FORM = 'sourcebook-evidence-report@v1';

/** Events that the report lists where nothing names them; all of them stand in events.jsonl. */
const EVENTS_LISTED_MAX = 3000;

export interface ReportParts {
  readonly manifest: Omit<Manifest, 'files'>;
  readonly answers: EvidenceAnswers;
  readonly documents: readonly DocumentAnswer[];
  /** In the order of the ledger's sequence. */
  readonly events: readonly PackEvent[];
}

/** The printable report of a pack: a function of the pack's other files, so that a verifier makes it once more. */
export function renderReport({ manifest, answers, documents, events }: ReportParts): string {
  const references = new References();
  const sections = new Sections(answers, references);
  const body = [
    sections.totals(),
    sections.orders(),
    sections.keys(),
    sections.lots(),
    sections.authorisations(),
    sections.documents(documents),
  ];
  const page = html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="generator" content="${REPORT_FORM}" />
        <meta name="viewport" content="width=device-width" />
        <title>源簿 Sourcebook · 证据报告 Evidence report</title>
        <style>
          ${unescaped(REPORT_STYLE)}
        </style>
      </head>
      <body>
        ${heading(manifest, events.length)}${promises(manifest)}${body}${eventTable(events, references)}
        <footer>
          ${both(
            '本报告由同一证据包中的 answers.json 生成，可用 sourcebook verify --evidence 离线核验。',
            'This report is made from answers.json of the same pack; check it offline with sourcebook verify --evidence.',
          )}
        </footer>
      </body>
    </html> `;
  return page.text;
}

/** The style is this program's own text. */
function unescaped(text: string): Html {
  return html(Object.assign([text], { raw: [text] }));
}

function heading(manifest: ReportParts['manifest'], events: number): Html {
  const { question, origin, ledgerId, checkpoint, completeness } = manifest;
  const badge =
    completeness === 'proved'
      ? html`<span class="badge proved">${both('完整性可证', 'complete: can be proved')}</span>`
      : html`<span class="badge">${both('真实，未证完整', 'genuine, not proved complete')}</span>`;
  const facts: readonly (readonly [Html, Content])[] = [
    [both('账本', 'ledger'), html`${origin}<br /><code>${ledgerId}</code>`],
    [
      both('检查点', 'checkpoint'),
      html`${both(`截至第 ${checkpoint.size} 条事件`, `up to event ${checkpoint.size}`)}<br /><code
          >${checkpoint.root}</code
        >`,
    ],
    [both('包内事件', 'events in the pack'), events],
  ];
  return html`<header>
    <h1>源簿 证据报告 <span lang="en">Evidence report</span></h1>
    <p class="lead">${questionWords(question)}</p>
    <p>${badge}</p>
    <dl>
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </header> `;
}

function promises({ completeness }: ReportParts['manifest']): Html {
  const complete =
    completeness === 'proved'
      ? both(
          '包内含截至检查点的全部叶子：可证明没有遗漏与本问题有关的事件。',
          'The pack holds all leaves up to the checkpoint: it can be proved that no event that belongs to the question is missing.',
        )
      : null;
  const proved = [
    both(
      '每条事件的原始字节都是检查点所签默克尔树中的一片叶子，此后未被改动。',
      "Every event's stored bytes are a leaf of the tree that the checkpoint signs; nothing of it was changed since.",
    ),
    both(
      '本报告每个数字均由所列事件重新计算得出。',
      'Every figure of this report is recomputed from the events that it names.',
    ),
    ...(complete === null ? [] : [complete]),
  ];
  const unproved = [
    ...(complete === null
      ? [
          both(
            '是否还有其他相关事件未放入本包。',
            'Whether there are further events that concern the question.',
          ),
        ]
      : []),
    both(
      '录入账本的内容是否属实（例如授权文件本身的真伪）。',
      'Whether what was recorded is true of the world, such as the authorisation document itself.',
    ),
    both(
      '签名密钥是否属于账本：请用您自己取得的公钥核验，而非包内所附。',
      'Whether the signing key belongs to the ledger: verify with a key that you obtained yourself, not the one in the pack.',
    ),
  ];
  const list = (items: readonly Html[]) =>
    html`<ul>
      ${items.map((item) => html`<li>${item}</li>`)}
    </ul>`;
  return section(
    both('证明了什么，没有证明什么', 'What is proved and what is not'),
    html`<div class="proofs">
      <div>
        <h3>${both('可证明', 'Proved')}</h3>
        ${list(proved)}
      </div>
      <div>
        <h3>${both('不在证明之内', 'Not proved')}</h3>
        ${list(unproved)}
      </div>
    </div>`,
  );
}

function eventTable(events: readonly PackEvent[], references: References): Html {
  const all = events.length <= EVENTS_LISTED_MAX;
  const listed = all ? events : events.filter(({ sequence }) => references.isNamed(sequence));
  const rows = listed.map((event): Content[] => {
    const { occurredAt, recordedAt, actor } = contextOf(event);
    return [
      html`<span id="e${event.sequence}">${event.sequence}</span>`,
      event.type,
      html`<span class="mono">${event.stream} @ ${event.revision}<br />${event.eventId}</span>`,
      time(occurredAt),
      time(recordedAt),
      actor,
    ];
  });
  const heads = [
    both('序号', 'sequence'),
    both('事件', 'event'),
    both('流、版本、编号', 'stream, revision, id'),
    both('发生', 'occurred'),
    both('记录', 'recorded'),
    both('操作者', 'actor'),
  ];
  const note = all
    ? ''
    : html`<p class="more">
        ${both(
          `仅列出被引用的 ${listed.length} 条，全部 ${events.length} 条见 events.jsonl。`,
          `Only the ${listed.length} that are named above; all ${events.length} stand in events.jsonl.`,
        )}
      </p>`;
  return section(both('事件', 'Events'), [note, table(heads, rows, Number.MAX_SAFE_INTEGER)]);
}

interface Context {
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: string;
}

function contextOf({ metadata, eventId }: PackEvent): Context {
  const { occurredAt, recordedAt, actor } = JSON.parse(metadata) as Partial<Context>;
  if (occurredAt === undefined || recordedAt === undefined || actor === undefined)
    throw new Malformed(`the metadata of event ${eventId} lacks its times or its actor`);
  return { occurredAt, recordedAt, actor };
}
