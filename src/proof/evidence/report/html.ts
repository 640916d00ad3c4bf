/** A piece of HTML that is safe to put into a page. */
export class Html {
  constructor(readonly text: string) {}
}

export type Content = Html | string | number | null | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Writes HTML; every value that is no HTML itself is escaped. */
export function html(pieces: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(
    pieces.map((piece, at) => `${piece}${at < values.length ? written(values[at] ?? null) : ''}`).join(''),
  );
}

function written(content: Content): string {
  if (content instanceof Html) return content.text;
  if (content === null) return '';
  if (typeof content === 'object') return content.map(written).join('');
  return escaped(String(content));
}

/** Control characters and marks that turn the direction of text around are shown, not obeyed. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (mark) => ESCAPES[mark] ?? mark)
    .replace(/[\p{Cc}\p{Surrogate}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '\uFFFD');
}

/** Both languages of the report, the Chinese first. */
export function both(chinese: string, english: string): Html {
  return html`<span lang="zh-CN">${chinese}</span> <span lang="en">${english}</span>`;
}

/** A table with a heading of its own; rows beyond the limit stand in `answers.json`. */
export function table(
  heads: readonly Content[],
  rows: readonly (readonly Content[])[],
  rowsMax = 2000,
): Html {
  const shown = rows.slice(0, rowsMax);
  const more =
    rows.length > rowsMax
      ? html`<p class="more">
          ${both(
            `另有 ${rows.length - rowsMax} 行，见 answers.json。`,
            `${rows.length - rowsMax} more rows: see answers.json.`,
          )}
        </p>`
      : '';
  return html`<table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
    ${more}`;
}

/** A time of the ledger as it is written there, its day above its clock; anything else as it is. */
export function time(text: string): Html {
  const [, day, clock, zone] =
    /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})$/.exec(text) ?? [];
  if (day === undefined) return html`${text}`;
  return html`<span class="time">${day}<br />${clock ?? ''} ${zone ?? ''}</span>`;
}
