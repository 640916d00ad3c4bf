import fc from 'fast-check';
import { CommandMemory } from '../../../src/infrastructure/write-path/command-memory.js';

const REMEMBERED = 4_096;

describe('what a stream remembers of its commands', () => {
  it('is where the newest 4,096 of them last caused events, whatever their order and their repeats', () => {
    const noted = fc.array(fc.record({ command: fc.nat(40), gap: fc.integer({ min: 1, max: 3 }) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(noted, (notes) => {
        const memory = new CommandMemory();
        const model = new Map<string, number>();
        let revision = 0;
        for (const { command, gap } of notes) {
          revision += gap;
          memory.note(`c-${command}`, revision);
          model.set(`c-${command}`, revision);
        }
        for (let command = 0; command <= 40; command += 1)
          expect(memory.revisionOf(`c-${command}`)).toBe(model.get(`c-${command}`));
      }),
    );
  });

  it('is bounded: the one that caused something longest ago is forgotten first', () => {
    const memory = new CommandMemory();
    for (let index = 0; index < REMEMBERED; index += 1) memory.note(`c-${index}`, index);
    memory.note('c-0', REMEMBERED);
    memory.note('c-new', REMEMBERED + 1);

    expect(memory.revisionOf('c-1')).toBeUndefined();
    expect([memory.revisionOf('c-0'), memory.revisionOf('c-2')]).toEqual([REMEMBERED, 2]);
    expect(memory.write()).toHaveLength(REMEMBERED);
  });

  it('is the same when it was written and read again, and goes on where it was', () => {
    const memory = new CommandMemory();
    for (let index = 0; index < 100; index += 1) memory.note(`c-${index}`, index);
    const again = new CommandMemory(JSON.parse(JSON.stringify(memory.write())) as [number, number][]);
    again.note('c-7', 100);

    expect([again.revisionOf('c-6'), again.revisionOf('c-7'), again.revisionOf('c-99')]).toEqual([
      6, 100, 99,
    ]);
    expect(again.write()).toHaveLength(100);
  });
});
