import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRandomPack } from '../support/reference/random-pack.js';
import { ReferenceModel } from '../support/reference/model.js';
it('stat', () => {
  const codes = new Map<string, number>();
  const counts: any = {};
  let issued = 0, lots = 0, orders=0, refunds=0, replayed=0, n=0;
  for (let seed = 1; seed <= 60; seed++) {
    const d = join(mkdtempSync(join(tmpdir(), 'sb-')), 'pack');
    writeRandomPack(d, seed, 300);
    const m = new ReferenceModel(d).run();
    for (const r of m.refusals) { const k = r['op'] + ':' + r['code']; codes.set(k, (codes.get(k) ?? 0) + 1); }
    n+=300; lots += m.lots.length; orders += m.orders.size; refunds += m.refunds.size; replayed += m.replayed; issued += m.units.filter(u=>u.state!=='held').length;
    for (const l of m.lots) for (const [k,v] of Object.entries(l.counts)) counts[k]=(counts[k]??0)+v;
  }
  console.log(JSON.stringify([...codes].sort(), null, 0), { n, lots, orders, refunds, replayed, issued }, counts);
});
