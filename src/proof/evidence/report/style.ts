/** For the screen and for A4; nothing is fetched from anywhere. */
export const REPORT_STYLE = `
@page { size: A4; margin: 16mm 14mm 18mm; }
:root { --ink: #16202c; --faint: #5c6b7a; --line: #cfd8e0; --tint: #f3f6f9; --mark: #0b5d6b; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 190mm; padding: 10mm 6mm 20mm; color: var(--ink);
  font: 10.5pt/1.5 "Noto Sans", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Segoe UI", sans-serif; }
header { border-bottom: 2.5pt solid var(--mark); padding-bottom: 4mm; margin-bottom: 5mm; }
h1 { font-size: 21pt; line-height: 1.25; margin: 0 0 2mm; }
h2 { font-size: 13pt; margin: 8mm 0 2mm; color: var(--mark); break-after: avoid; }
h1 [lang=en], h2 [lang=en] { font-weight: 400; color: var(--faint); }
th [lang=en], dt [lang=en] { font-weight: 400; color: var(--faint); display: block; font-size: 7.5pt; }
p { margin: 0 0 2mm; }
p > [lang=en], li > [lang=en], .lead [lang=en] { display: block; color: var(--faint); font-size: 9pt; }
.lead { font-size: 12pt; }
.badge { display: inline-block; border-radius: 2pt; padding: 0.6mm 2.4mm; font-size: 9.5pt; font-weight: 600; color: #fff; background: #8a5a00; }
.badge.proved { background: #14713d; }
.badge [lang=en] { font-weight: 400; }
dl { display: grid; grid-template-columns: 34mm 1fr; gap: 1mm 4mm; margin: 0; }
dt { color: var(--ink); font-weight: 600; font-size: 9pt; line-height: 1.3; } dd { margin: 0; overflow-wrap: anywhere; }
code, .mono { font-family: "Noto Sans Mono", "DejaVu Sans Mono", Consolas, monospace; font-size: 8pt; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 8.5pt; line-height: 1.4; margin: 1mm 0 3mm; }
thead { display: table-header-group; }
th { text-align: left; vertical-align: bottom; font-weight: 600; border-bottom: 1pt solid var(--ink); padding: 1mm 1.5mm; line-height: 1.25; }
td { vertical-align: top; border-bottom: 0.5pt solid var(--line); padding: 1mm 1.5mm; overflow-wrap: anywhere; }
tr { break-inside: avoid; }
tbody tr:nth-child(even) { background: var(--tint); }
.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.number { text-align: right; white-space: nowrap; }
.number { font-variant-numeric: tabular-nums; font-weight: 600; white-space: nowrap; }
.ref { color: var(--faint); font-size: 7.5pt; }
.ref a, a { color: var(--mark); text-decoration: none; }
.yes { color: #14713d; font-weight: 600; } .no { color: #a4161a; font-weight: 600; }
.note, .more { color: var(--faint); font-size: 8.5pt; }
ul { margin: 0 0 2mm; padding-left: 5mm; } li { margin-bottom: 1.2mm; }
.proofs { display: grid; grid-template-columns: 1fr 1fr; gap: 6mm; }
.proofs h3 { font-size: 10pt; margin: 0 0 1mm; }
:target { background: #fff3c4; }
footer { margin-top: 8mm; border-top: 0.5pt solid var(--line); padding-top: 2mm; color: var(--faint); font-size: 8pt; }
@media print { body { padding: 0; max-width: none; font-size: 9.5pt; } a { color: inherit; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
`;
